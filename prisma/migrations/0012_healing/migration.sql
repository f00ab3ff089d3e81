-- CreateTable
CREATE TABLE "service" (
    "service_name" TEXT NOT NULL,
    "host" TEXT NOT NULL,
    "port" INTEGER NOT NULL,
    "credential_ref" TEXT NOT NULL,
    "auth" TEXT NOT NULL,
    "host_key_type" TEXT,
    "host_key_sha256" TEXT,
    "restart_command" TEXT NOT NULL,
    "probe" JSON NOT NULL,
    "playbook" TEXT NOT NULL,
    "failure_domain" TEXT NOT NULL,
    "hours_policy" TEXT NOT NULL,

    CONSTRAINT "service_pkey" PRIMARY KEY ("service_name")
);

-- CreateTable
CREATE TABLE "playbook" (
    "playbook" TEXT NOT NULL,
    "flow_name" TEXT NOT NULL,
    "trust" TEXT NOT NULL,
    "cooldown_ms" INTEGER NOT NULL,
    "budget_per_hour" INTEGER NOT NULL,
    "killed_by" TEXT,
    "killed_at" TIMESTAMPTZ(3),

    CONSTRAINT "playbook_pkey" PRIMARY KEY ("playbook")
);

-- CreateTable
CREATE TABLE "alarm" (
    "alarm_id" TEXT NOT NULL,
    "fingerprint" TEXT NOT NULL,
    "status" TEXT NOT NULL,
    "starts_at" TIMESTAMPTZ(3) NOT NULL,
    "ends_at" TIMESTAMPTZ(3),
    "labels" JSON NOT NULL,
    "annotations" JSON NOT NULL,
    "service_name" TEXT,
    "incident_id" TEXT,
    "received_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "alarm_pkey" PRIMARY KEY ("alarm_id")
);

-- CreateTable
CREATE TABLE "incident" (
    "incident_id" TEXT NOT NULL,
    "service_name" TEXT NOT NULL,
    "playbook" TEXT NOT NULL,
    "status" TEXT NOT NULL,
    "title" TEXT NOT NULL,
    "run_id" TEXT,
    "opened_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "ended_at" TIMESTAMPTZ(3),

    CONSTRAINT "incident_pkey" PRIMARY KEY ("incident_id")
);

-- CreateTable
CREATE TABLE "incident_entry" (
    "entry_id" BIGSERIAL NOT NULL,
    "incident_id" TEXT NOT NULL,
    "kind" TEXT NOT NULL,
    "text" TEXT NOT NULL,
    "detail" JSON NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "incident_entry_pkey" PRIMARY KEY ("entry_id")
);

-- CreateTable
CREATE TABLE "healing_action" (
    "action_id" TEXT NOT NULL,
    "incident_id" TEXT NOT NULL,
    "playbook" TEXT NOT NULL,
    "service_name" TEXT NOT NULL,
    "failure_domain" TEXT NOT NULL,
    "started_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "ended_at" TIMESTAMPTZ(3),
    "outcome" TEXT,

    CONSTRAINT "healing_action_pkey" PRIMARY KEY ("action_id")
);

-- CreateTable
CREATE TABLE "kill_switch" (
    "name" TEXT NOT NULL,
    "thrown_by" TEXT,
    "thrown_at" TIMESTAMPTZ(3),

    CONSTRAINT "kill_switch_pkey" PRIMARY KEY ("name")
);

-- CreateIndex
CREATE INDEX "alarm_service_name_received_at_idx" ON "alarm"("service_name", "received_at");

-- CreateIndex
CREATE INDEX "incident_status_opened_at_idx" ON "incident"("status", "opened_at");

-- CreateIndex
CREATE INDEX "incident_entry_incident_id_entry_id_idx" ON "incident_entry"("incident_id", "entry_id");

-- CreateIndex
CREATE INDEX "healing_action_started_at_idx" ON "healing_action"("started_at");

-- From here on: what the schema file cannot say.

ALTER TABLE "service" ADD CONSTRAINT "service_hours_check" CHECK ("hours_policy" IN ('any', 'outside-trading-hours'));
ALTER TABLE "playbook" ADD CONSTRAINT "playbook_trust_check" CHECK ("trust" IN ('observe', 'suggest', 'approve', 'act'));
ALTER TABLE "alarm" ADD CONSTRAINT "alarm_status_check" CHECK ("status" IN ('firing', 'resolved'));
ALTER TABLE "incident" ADD CONSTRAINT "incident_status_check"
  CHECK ("status" IN ('open', 'resolved', 'escalated'));
ALTER TABLE "incident_entry" ADD CONSTRAINT "incident_entry_kind_check"
  CHECK ("kind" IN ('seen', 'decided', 'done', 'proven', 'escalated'));

-- One incident of a service at a time: alarms that come while it is open belong to it.
CREATE UNIQUE INDEX "incident_open_idx" ON "incident" ("service_name") WHERE "status" = 'open';

CREATE TRIGGER "incident_entry_append_only" BEFORE UPDATE OR DELETE OR TRUNCATE ON "incident_entry"
  FOR EACH STATEMENT EXECUTE FUNCTION "refuse_change"();

INSERT INTO "kill_switch" ("name") VALUES ('global');

GRANT SELECT, INSERT, UPDATE ON "service", "playbook", "incident", "healing_action", "kill_switch" TO "afterbell_app";
GRANT SELECT, INSERT ON "alarm", "incident_entry" TO "afterbell_app";
GRANT USAGE ON SEQUENCE "incident_entry_entry_id_seq" TO "afterbell_app";
