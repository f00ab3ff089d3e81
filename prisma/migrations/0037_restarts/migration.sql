-- AlterTable
ALTER TABLE "step_run" ADD COLUMN "kept_of" TEXT;

-- CreateTable
CREATE TABLE "run_restart" (
    "run_id" TEXT NOT NULL,
    "restart_of" TEXT NOT NULL,
    "root_run_id" TEXT NOT NULL,
    "pointer" TEXT NOT NULL,
    "visit" TEXT NOT NULL,
    "step_name" TEXT NOT NULL,
    "reason" TEXT NOT NULL,
    "restarted_by" TEXT NOT NULL,
    "restarted_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "requesters" TEXT[],
    "effects" JSON NOT NULL,
    "start" JSON NOT NULL,

    CONSTRAINT "run_restart_pkey" PRIMARY KEY ("run_id")
);

-- CreateIndex
CREATE INDEX "run_restart_restart_of_idx" ON "run_restart"("restart_of");

-- CreateIndex
CREATE INDEX "run_restart_root_run_id_idx" ON "run_restart"("root_run_id");

-- AddForeignKey
ALTER TABLE "run_restart" ADD CONSTRAINT "run_restart_run_id_fkey" FOREIGN KEY ("run_id") REFERENCES "run"("run_id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "run_restart" ADD CONSTRAINT "run_restart_restart_of_fkey" FOREIGN KEY ("restart_of") REFERENCES "run"("run_id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "run_restart" ADD CONSTRAINT "run_restart_root_run_id_fkey" FOREIGN KEY ("root_run_id") REFERENCES "run"("run_id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- From here on: what the schema file cannot say.

ALTER TABLE "run_restart" ADD CONSTRAINT "run_restart_reason_check" CHECK (btrim("reason") <> '');
ALTER TABLE "run_restart" ADD CONSTRAINT "run_restart_other_run_check" CHECK ("run_id" <> "restart_of");

-- Four eyes over restarts: whoever asked for one of the runs before this one may not decide its approvals, in person or for a seat.
CREATE FUNCTION "decision_not_by_earlier_requester"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF EXISTS (SELECT 1 FROM "approval" a JOIN "run_restart" r ON r."run_id" = a."run_id"
             WHERE a."approval_id" = NEW."approval_id"
               AND (NEW."person_id" = ANY (r."requesters") OR NEW."seat_id" = ANY (r."requesters"))) THEN
    RAISE EXCEPTION 'who asked for the run before this one may not decide'
      USING ERRCODE = 'check_violation', CONSTRAINT = 'decision_not_by_earlier_requester';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER "decision_not_by_earlier_requester" BEFORE INSERT ON "decision"
  FOR EACH ROW EXECUTE FUNCTION "decision_not_by_earlier_requester"();

CREATE TRIGGER "run_restart_no_change" BEFORE UPDATE OR DELETE OR TRUNCATE ON "run_restart"
  FOR EACH STATEMENT EXECUTE FUNCTION "refuse_change"();

GRANT SELECT, INSERT ON "run_restart" TO "afterbell_app";
