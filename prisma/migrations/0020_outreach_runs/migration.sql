-- An entry whose run is over waits for nobody: without this a run cancelled by hand would leave its customer waiting for good.
CREATE FUNCTION "run_over_ends_entries"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  UPDATE "journey_entry" SET "status" = 'cancelled', "reason" = 'run-ended', "ended_at" = now()
  WHERE "run_id" = NEW."run_id" AND "status" = 'waiting';
  RETURN NULL;
END $$;
CREATE TRIGGER "run_over_ends_entries" AFTER UPDATE OF "status" ON "run"
  FOR EACH ROW WHEN (NEW."status" IN ('completed', 'failed', 'cancelled'))
  EXECUTE FUNCTION "run_over_ends_entries"();

CREATE INDEX "journey_entry_waiting_run_idx" ON "journey_entry" ("run_id") WHERE "status" = 'waiting';
