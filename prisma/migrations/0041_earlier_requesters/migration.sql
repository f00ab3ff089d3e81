-- Four eyes over restarts, in sub-flows too: the business key of a sub-flow's run begins with the run that started it. Whoever asked for a
-- run before the restarted one may not decide in it or in anything it started.
CREATE OR REPLACE FUNCTION "decision_not_by_earlier_requester"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF EXISTS (
    WITH RECURSIVE "around"("run_id") AS (
      SELECT a."run_id" FROM "approval" a WHERE a."approval_id" = NEW."approval_id"
      UNION
      SELECT substring(r."business_key" FROM '^([0-9a-f]{8}-[0-9a-f-]{27})/')
      FROM "around" JOIN "run" r ON r."run_id" = "around"."run_id"
      WHERE r."business_key" ~ '^[0-9a-f]{8}-[0-9a-f-]{27}/'
    )
    SELECT 1 FROM "around" JOIN "run_restart" r ON r."run_id" = "around"."run_id"
    WHERE NEW."person_id" = ANY (r."requesters") OR NEW."seat_id" = ANY (r."requesters")) THEN
    RAISE EXCEPTION 'who asked for the run before this one may not decide'
      USING ERRCODE = 'check_violation', CONSTRAINT = 'decision_not_by_earlier_requester';
  END IF;
  RETURN NEW;
END $$;
