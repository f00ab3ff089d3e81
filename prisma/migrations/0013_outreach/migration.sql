-- CreateTable
CREATE TABLE "customer" (
    "customer_id" TEXT NOT NULL,
    "time_zone" TEXT NOT NULL,
    "time_zone_sequence" BIGINT NOT NULL DEFAULT 0,
    "channel" TEXT NOT NULL DEFAULT '',
    "channel_sequence" BIGINT NOT NULL DEFAULT 0,
    "profile" JSON NOT NULL,
    "profile_sequence" BIGINT NOT NULL DEFAULT 0,
    "step" TEXT NOT NULL DEFAULT '',
    "is_stalled" BOOLEAN NOT NULL DEFAULT false,
    "step_sequence" BIGINT NOT NULL DEFAULT 0,
    "step_at" TIMESTAMPTZ(3) NOT NULL,
    "consent" BOOLEAN NOT NULL DEFAULT false,
    "consent_sequence" BIGINT NOT NULL DEFAULT 0,
    "do_not_call" BOOLEAN NOT NULL DEFAULT false,
    "is_closed" BOOLEAN NOT NULL DEFAULT false,
    "closed_sequence" BIGINT NOT NULL DEFAULT 0,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "customer_pkey" PRIMARY KEY ("customer_id")
);

-- CreateTable
CREATE TABLE "customer_event" (
    "source" TEXT NOT NULL,
    "event_id" TEXT NOT NULL,
    "customer_id" TEXT NOT NULL,
    "kind" TEXT NOT NULL,
    "sequence" BIGINT NOT NULL,
    "step" TEXT NOT NULL,
    "body" JSON NOT NULL,
    "standing" TEXT NOT NULL,
    "occurred_at" TIMESTAMPTZ(3) NOT NULL,
    "received_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "customer_event_pkey" PRIMARY KEY ("source","event_id")
);

-- CreateTable
CREATE TABLE "journey" (
    "journey" TEXT NOT NULL,
    "title" TEXT NOT NULL,
    "paused_by" TEXT,
    "paused_at" TIMESTAMPTZ(3),

    CONSTRAINT "journey_pkey" PRIMARY KEY ("journey")
);

-- CreateTable
CREATE TABLE "journey_version" (
    "journey" TEXT NOT NULL,
    "version" INTEGER NOT NULL,
    "rules" JSON NOT NULL,
    "published_by" TEXT NOT NULL,
    "published_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "journey_version_pkey" PRIMARY KEY ("journey","version")
);

-- CreateTable
CREATE TABLE "journey_entry" (
    "entry_id" TEXT NOT NULL,
    "customer_id" TEXT NOT NULL,
    "journey" TEXT NOT NULL,
    "version" INTEGER NOT NULL,
    "stall_key" TEXT NOT NULL,
    "step" TEXT NOT NULL,
    "stall_sequence" BIGINT NOT NULL,
    "status" TEXT NOT NULL DEFAULT 'waiting',
    "reason" TEXT,
    "first_due_at" TIMESTAMPTZ(3) NOT NULL,
    "due_at" TIMESTAMPTZ(3) NOT NULL,
    "frozen_by" TEXT,
    "run_id" TEXT NOT NULL,
    "outcome" JSON,
    "entered_at" TIMESTAMPTZ(3) NOT NULL,
    "ended_at" TIMESTAMPTZ(3),

    CONSTRAINT "journey_entry_pkey" PRIMARY KEY ("entry_id")
);

-- CreateTable
CREATE TABLE "call_task" (
    "task_id" TEXT NOT NULL,
    "entry_id" TEXT NOT NULL,
    "customer_id" TEXT NOT NULL,
    "journey" TEXT NOT NULL,
    "stall_key" TEXT NOT NULL,
    "step" TEXT NOT NULL,
    "grade" TEXT NOT NULL,
    "score" INTEGER NOT NULL,
    "explanation" JSON NOT NULL,
    "cap_bucket" TEXT NOT NULL,
    "assignee" TEXT,
    "routing" TEXT NOT NULL,
    "status" TEXT NOT NULL DEFAULT 'open',
    "due_at" TIMESTAMPTZ(3) NOT NULL,
    "calls" INTEGER NOT NULL DEFAULT 0,
    "outcome" TEXT,
    "comment" TEXT NOT NULL DEFAULT '',
    "notice" TEXT,
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "started_at" TIMESTAMPTZ(3),
    "ended_at" TIMESTAMPTZ(3),

    CONSTRAINT "call_task_pkey" PRIMARY KEY ("task_id")
);

-- CreateTable
CREATE TABLE "call_report" (
    "task_id" TEXT NOT NULL,
    "ordinal" INTEGER NOT NULL,
    "outcome" TEXT NOT NULL,
    "comment" TEXT NOT NULL,
    "reported_by" TEXT NOT NULL,
    "reported_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "call_report_pkey" PRIMARY KEY ("task_id","ordinal")
);

-- CreateTable
CREATE TABLE "contact_cap" (
    "customer_id" TEXT NOT NULL,
    "bucket" TEXT NOT NULL,
    "reserved" INTEGER NOT NULL DEFAULT 0,

    CONSTRAINT "contact_cap_pkey" PRIMARY KEY ("customer_id","bucket")
);

-- CreateTable
CREATE TABLE "representative" (
    "person_id" TEXT NOT NULL,
    "skills" TEXT[],
    "capacity" INTEGER NOT NULL,
    "is_on_shift" BOOLEAN NOT NULL DEFAULT true,

    CONSTRAINT "representative_pkey" PRIMARY KEY ("person_id")
);

-- CreateTable
CREATE TABLE "outbox" (
    "outbox_id" BIGSERIAL NOT NULL,
    "queue" TEXT NOT NULL,
    "dedupe_key" TEXT NOT NULL,
    "payload" JSON NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "taken_at" TIMESTAMPTZ(3),

    CONSTRAINT "outbox_pkey" PRIMARY KEY ("outbox_id")
);

-- CreateIndex
CREATE INDEX "customer_event_customer_id_sequence_idx" ON "customer_event"("customer_id", "sequence");

-- CreateIndex
CREATE INDEX "journey_entry_status_due_at_idx" ON "journey_entry"("status", "due_at");

-- CreateIndex
CREATE UNIQUE INDEX "journey_entry_customer_id_journey_stall_key_key" ON "journey_entry"("customer_id", "journey", "stall_key");

-- CreateIndex
CREATE UNIQUE INDEX "call_task_entry_id_key" ON "call_task"("entry_id");

-- CreateIndex
CREATE INDEX "call_task_assignee_status_idx" ON "call_task"("assignee", "status");

-- CreateIndex
CREATE INDEX "call_task_status_due_at_idx" ON "call_task"("status", "due_at");

-- CreateIndex
CREATE UNIQUE INDEX "call_task_customer_id_journey_stall_key_key" ON "call_task"("customer_id", "journey", "stall_key");

-- CreateIndex
CREATE UNIQUE INDEX "outbox_queue_dedupe_key_key" ON "outbox"("queue", "dedupe_key");

-- AddForeignKey
ALTER TABLE "customer_event" ADD CONSTRAINT "customer_event_customer_id_fkey" FOREIGN KEY ("customer_id") REFERENCES "customer"("customer_id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "journey_version" ADD CONSTRAINT "journey_version_journey_fkey" FOREIGN KEY ("journey") REFERENCES "journey"("journey") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "journey_entry" ADD CONSTRAINT "journey_entry_customer_id_fkey" FOREIGN KEY ("customer_id") REFERENCES "customer"("customer_id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "journey_entry" ADD CONSTRAINT "journey_entry_journey_version_fkey" FOREIGN KEY ("journey", "version") REFERENCES "journey_version"("journey", "version") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "call_task" ADD CONSTRAINT "call_task_entry_id_fkey" FOREIGN KEY ("entry_id") REFERENCES "journey_entry"("entry_id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "call_report" ADD CONSTRAINT "call_report_task_id_fkey" FOREIGN KEY ("task_id") REFERENCES "call_task"("task_id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "contact_cap" ADD CONSTRAINT "contact_cap_customer_id_fkey" FOREIGN KEY ("customer_id") REFERENCES "customer"("customer_id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- From here on: what the schema file cannot say.

ALTER TABLE "customer_event" ADD CONSTRAINT "customer_event_kind_check"
  CHECK ("kind" IN ('stalled', 'progressed', 'opted-out', 'opted-in', 'closed', 'profile'));
ALTER TABLE "customer_event" ADD CONSTRAINT "customer_event_standing_check" CHECK ("standing" IN ('acted', 'late'));
ALTER TABLE "customer_event" ADD CONSTRAINT "customer_event_sequence_check" CHECK ("sequence" >= 1);
ALTER TABLE "journey_entry" ADD CONSTRAINT "journey_entry_status_check" CHECK ("status" IN
  ('waiting', 'task', 'handed-off', 'no-call', 'refused', 'expired', 'cancelled', 'superseded'));
ALTER TABLE "journey_entry" ADD CONSTRAINT "journey_entry_never_early_check" CHECK ("due_at" >= "first_due_at");
ALTER TABLE "call_task" ADD CONSTRAINT "call_task_status_check" CHECK ("status" IN ('open', 'calling', 'done', 'cancelled'));
ALTER TABLE "call_task" ADD CONSTRAINT "call_task_grade_check" CHECK ("grade" IN ('high', 'medium', 'low'));
ALTER TABLE "contact_cap" ADD CONSTRAINT "contact_cap_reserved_check" CHECK ("reserved" >= 0);
ALTER TABLE "representative" ADD CONSTRAINT "representative_capacity_check" CHECK ("capacity" BETWEEN 1 AND 500);

-- A customer waits at one place of a journey, and has one call to come at most, whichever journey asks.
CREATE UNIQUE INDEX "journey_entry_one_waiting" ON "journey_entry" ("customer_id", "journey") WHERE "status" = 'waiting';
CREATE UNIQUE INDEX "call_task_one_open" ON "call_task" ("customer_id") WHERE "status" IN ('open', 'calling');
CREATE INDEX "outbox_waiting_idx" ON "outbox" ("outbox_id") WHERE "taken_at" IS NULL;

CREATE FUNCTION "outbox_notify"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM pg_notify('outbox', '');
  RETURN NULL;
END $$;
CREATE TRIGGER "outbox_notify" AFTER INSERT ON "outbox" FOR EACH STATEMENT EXECUTE FUNCTION "outbox_notify"();

GRANT SELECT, INSERT, UPDATE ON "customer", "journey", "journey_entry", "call_task", "contact_cap", "representative", "outbox"
  TO "afterbell_app";
GRANT SELECT, INSERT ON "customer_event", "journey_version", "call_report" TO "afterbell_app";
GRANT USAGE ON SEQUENCE "outbox_outbox_id_seq" TO "afterbell_app";
