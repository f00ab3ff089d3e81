-- CreateTable
CREATE TABLE "event" (
    "sequence" BIGSERIAL NOT NULL,
    "source" TEXT NOT NULL,
    "event_id" TEXT NOT NULL,
    "type" TEXT NOT NULL,
    "subject" TEXT,
    "envelope" JSON NOT NULL,
    "received_by" TEXT NOT NULL,
    "received_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "claimed_until" TIMESTAMPTZ(3),
    "dispatched_at" TIMESTAMPTZ(3),

    CONSTRAINT "event_pkey" PRIMARY KEY ("sequence")
);

-- CreateTable
CREATE TABLE "event_wait" (
    "run_id" TEXT NOT NULL,
    "command_id" TEXT NOT NULL,
    "ordinal" INTEGER NOT NULL,
    "workflow_id" TEXT NOT NULL,
    "type" TEXT,
    "key_sources" TEXT NOT NULL,
    "key_values" TEXT NOT NULL,
    "opened_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "event_wait_pkey" PRIMARY KEY ("run_id","command_id","ordinal")
);

-- CreateTable
CREATE TABLE "trigger" (
    "trigger_name" TEXT NOT NULL,
    "kind" TEXT NOT NULL,
    "flow_name" TEXT NOT NULL,
    "settings" JSON NOT NULL,
    "paused_by" TEXT,
    "paused_at" TIMESTAMPTZ(3),
    "changed_by" TEXT NOT NULL,
    "changed_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "trigger_pkey" PRIMARY KEY ("trigger_name")
);

-- CreateTable
CREATE TABLE "trigger_firing" (
    "trigger_name" TEXT NOT NULL,
    "occasion" TEXT NOT NULL,
    "cause" TEXT NOT NULL,
    "outcome" TEXT NOT NULL,
    "run_id" TEXT,
    "detail" TEXT,
    "fired_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "trigger_firing_pkey" PRIMARY KEY ("trigger_name","occasion")
);

-- CreateIndex
CREATE UNIQUE INDEX "event_source_event_id_key" ON "event"("source", "event_id");

-- CreateIndex
CREATE INDEX "event_type_sequence_idx" ON "event"("type", "sequence");

-- CreateIndex
CREATE INDEX "event_wait_type_key_sources_key_values_idx" ON "event_wait"("type", "key_sources", "key_values");

-- CreateIndex
CREATE INDEX "trigger_firing_trigger_name_fired_at_idx" ON "trigger_firing"("trigger_name", "fired_at");

-- From here on: what the schema file cannot say.

ALTER TABLE "trigger" ADD CONSTRAINT "trigger_kind_check" CHECK ("kind" IN ('schedule', 'event', 'webhook'));
ALTER TABLE "trigger_firing" ADD CONSTRAINT "trigger_firing_cause_check"
  CHECK ("cause" IN ('schedule', 'event', 'webhook', 'person'));
ALTER TABLE "trigger_firing" ADD CONSTRAINT "trigger_firing_outcome_check"
  CHECK ("outcome" IN ('started', 'not-due', 'paused', 'skipped', 'refused'));

-- Events nobody has been told of yet: a small set inside a large table.
CREATE INDEX "event_undispatched_idx" ON "event" ("sequence") WHERE "dispatched_at" IS NULL;

CREATE FUNCTION "event_notify"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM pg_notify('event', '');
  RETURN NULL;
END $$;
CREATE TRIGGER "event_notify" AFTER INSERT ON "event" FOR EACH STATEMENT EXECUTE FUNCTION "event_notify"();

-- A run that is over waits for nothing.
CREATE FUNCTION "run_over_waits_for_nothing"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  DELETE FROM "event_wait" WHERE "run_id" = NEW."run_id";
  RETURN NULL;
END $$;
CREATE TRIGGER "run_over_waits_for_nothing" AFTER UPDATE OF "status" ON "run"
  FOR EACH ROW WHEN (NEW."status" IN ('completed', 'failed', 'cancelled'))
  EXECUTE FUNCTION "run_over_waits_for_nothing"();

GRANT SELECT, INSERT, UPDATE ON "event", "trigger" TO "afterbell_app";
GRANT SELECT, INSERT, UPDATE, DELETE ON "event_wait" TO "afterbell_app";
GRANT SELECT, INSERT ON "trigger_firing" TO "afterbell_app";
GRANT USAGE ON SEQUENCE "event_sequence_seq" TO "afterbell_app";
