-- CreateTable
CREATE TABLE "reconciliation_run" (
    "reconciliation_run_id" TEXT NOT NULL,
    "reconciliation" TEXT NOT NULL,
    "trading_day" DATE NOT NULL,
    "run_id" TEXT NOT NULL,
    "left_source" TEXT NOT NULL,
    "left_sha256" TEXT NOT NULL,
    "right_source" TEXT NOT NULL,
    "right_sha256" TEXT NOT NULL,
    "rules_version" TEXT NOT NULL,
    "summary" JSON NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "reconciliation_run_pkey" PRIMARY KEY ("reconciliation_run_id")
);

-- CreateTable
CREATE TABLE "position_break" (
    "break_id" TEXT NOT NULL,
    "reconciliation" TEXT NOT NULL,
    "class" TEXT NOT NULL,
    "key" TEXT NOT NULL,
    "status" TEXT NOT NULL,
    "left" JSON NOT NULL,
    "right" JSON NOT NULL,
    "fields" TEXT[],
    "detail" TEXT,
    "owner" TEXT,
    "cause" TEXT,
    "first_seen" DATE NOT NULL,
    "last_seen" DATE NOT NULL,
    "run_id" TEXT NOT NULL,
    "proposed_by" TEXT,
    "proposed_reason" TEXT,
    "closed_by" TEXT,
    "closed_at" TIMESTAMPTZ(3),
    "changed_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "position_break_pkey" PRIMARY KEY ("break_id")
);

-- CreateTable
CREATE TABLE "break_entry" (
    "entry_id" BIGSERIAL NOT NULL,
    "break_id" TEXT NOT NULL,
    "actor" TEXT NOT NULL,
    "action" TEXT NOT NULL,
    "text" TEXT NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "break_entry_pkey" PRIMARY KEY ("entry_id")
);

-- CreateTable
CREATE TABLE "sign_off" (
    "sign_off_id" TEXT NOT NULL,
    "reconciliation" TEXT NOT NULL,
    "trading_day" DATE NOT NULL,
    "run_id" TEXT NOT NULL,
    "deadline_at" TIMESTAMPTZ(3) NOT NULL,
    "snapshot" JSON NOT NULL,
    "opened_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "maker" TEXT,
    "maker_comment" TEXT,
    "made_at" TIMESTAMPTZ(3),
    "checker" TEXT,
    "checker_comment" TEXT,
    "checked_at" TIMESTAMPTZ(3),

    CONSTRAINT "sign_off_pkey" PRIMARY KEY ("sign_off_id")
);

-- CreateIndex
CREATE INDEX "reconciliation_run_reconciliation_trading_day_idx" ON "reconciliation_run"("reconciliation", "trading_day");

-- CreateIndex
CREATE INDEX "position_break_reconciliation_status_idx" ON "position_break"("reconciliation", "status");

-- CreateIndex
CREATE INDEX "position_break_first_seen_break_id_idx" ON "position_break"("first_seen", "break_id");

-- CreateIndex
CREATE INDEX "break_entry_break_id_entry_id_idx" ON "break_entry"("break_id", "entry_id");

-- CreateIndex
CREATE INDEX "sign_off_reconciliation_trading_day_idx" ON "sign_off"("reconciliation", "trading_day");

-- AddForeignKey
ALTER TABLE "break_entry" ADD CONSTRAINT "break_entry_break_id_fkey" FOREIGN KEY ("break_id") REFERENCES "position_break"("break_id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- From here on: what the schema file cannot say.

ALTER TABLE "position_break" ADD CONSTRAINT "position_break_status_check"
  CHECK ("status" IN ('new', 'known', 'assigned', 'explained', 'proposed-close', 'closed', 'reopened'));
-- Maker and checker: the database itself refuses one person for both.
ALTER TABLE "position_break" ADD CONSTRAINT "position_break_two_people_check"
  CHECK ("closed_by" IS NULL OR "proposed_by" IS NULL OR "closed_by" <> "proposed_by");
ALTER TABLE "position_break" ADD CONSTRAINT "position_break_closed_check"
  CHECK (("status" = 'closed') = ("closed_by" IS NOT NULL));
ALTER TABLE "sign_off" ADD CONSTRAINT "sign_off_two_people_check"
  CHECK ("checker" IS NULL OR ("maker" IS NOT NULL AND "checker" <> "maker"));

CREATE TRIGGER "break_entry_append_only" BEFORE UPDATE OR DELETE OR TRUNCATE ON "break_entry"
  FOR EACH STATEMENT EXECUTE FUNCTION "refuse_change"();

GRANT SELECT, INSERT, UPDATE ON "position_break", "sign_off" TO "afterbell_app";
GRANT SELECT, INSERT ON "reconciliation_run", "break_entry" TO "afterbell_app";
GRANT USAGE ON SEQUENCE "break_entry_entry_id_seq" TO "afterbell_app";
