-- CreateSchema
CREATE SCHEMA IF NOT EXISTS "public";

-- CreateTable
CREATE TABLE "flow_version" (
    "flow_version_id" TEXT NOT NULL,
    "ordinal" BIGSERIAL NOT NULL,
    "namespace" TEXT NOT NULL,
    "flow_name" TEXT NOT NULL,
    "version" TEXT NOT NULL,
    "title" TEXT NOT NULL,
    "source" TEXT NOT NULL,
    "document_hash" TEXT NOT NULL,
    "plan_hash" TEXT NOT NULL,
    "plan" JSON NOT NULL,
    "published_by" TEXT NOT NULL,
    "published_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "comment" TEXT NOT NULL,

    CONSTRAINT "flow_version_pkey" PRIMARY KEY ("flow_version_id")
);

-- CreateTable
CREATE TABLE "run" (
    "run_id" TEXT NOT NULL,
    "workflow_id" TEXT NOT NULL,
    "flow_version_id" TEXT NOT NULL,
    "flow_name" TEXT NOT NULL,
    "flow_version" TEXT NOT NULL,
    "plan_hash" TEXT NOT NULL,
    "business_key" TEXT NOT NULL,
    "status" TEXT NOT NULL,
    "status_at" TIMESTAMPTZ(3),
    "input" JSON NOT NULL,
    "output" JSON,
    "error" JSON,
    "requested_by" TEXT NOT NULL,
    "authored_by" TEXT NOT NULL,
    "accepted_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "started_at" TIMESTAMPTZ(3),
    "ended_at" TIMESTAMPTZ(3),
    "confirmed_at" TIMESTAMPTZ(3),

    CONSTRAINT "run_pkey" PRIMARY KEY ("run_id")
);

-- CreateTable
CREATE TABLE "idempotency_key" (
    "owner" TEXT NOT NULL,
    "key" TEXT NOT NULL,
    "body_hash" TEXT NOT NULL,
    "run_id" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "idempotency_key_pkey" PRIMARY KEY ("owner","key")
);

-- CreateTable
CREATE TABLE "step_run" (
    "run_id" TEXT NOT NULL,
    "pointer" TEXT NOT NULL,
    "visit" TEXT NOT NULL,
    "attempt" INTEGER NOT NULL,
    "sequence" INTEGER NOT NULL,
    "last_sequence" INTEGER NOT NULL,
    "changed_at" TIMESTAMPTZ(3) NOT NULL,
    "name" TEXT NOT NULL,
    "task" TEXT NOT NULL,
    "function" TEXT,
    "status" TEXT NOT NULL,
    "started_at" TIMESTAMPTZ(3) NOT NULL,
    "ended_at" TIMESTAMPTZ(3),
    "input" JSON,
    "output" JSON,
    "error" JSON,

    CONSTRAINT "step_run_pkey" PRIMARY KEY ("run_id","pointer","visit","attempt")
);

-- CreateTable
CREATE TABLE "step_attempt" (
    "run_id" TEXT NOT NULL,
    "command_id" TEXT NOT NULL,
    "attempt" INTEGER NOT NULL,
    "worker" TEXT NOT NULL,
    "outcome" TEXT NOT NULL,
    "started_at" TIMESTAMPTZ(3) NOT NULL,
    "ended_at" TIMESTAMPTZ(3) NOT NULL,
    "message" TEXT,

    CONSTRAINT "step_attempt_pkey" PRIMARY KEY ("run_id","command_id","attempt")
);

-- CreateTable
CREATE TABLE "approval" (
    "approval_id" TEXT NOT NULL,
    "run_id" TEXT NOT NULL,
    "command_id" TEXT NOT NULL,
    "pointer" TEXT NOT NULL,
    "title" TEXT NOT NULL,
    "content" JSON NOT NULL,
    "content_hash" TEXT NOT NULL,
    "attempt_nonce" TEXT NOT NULL,
    "rule" TEXT NOT NULL,
    "candidates" TEXT[],
    "requester_id" TEXT NOT NULL,
    "author_id" TEXT NOT NULL,
    "status" TEXT NOT NULL DEFAULT 'open',
    "opened_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "deadline_at" TIMESTAMPTZ(3),
    "closed_at" TIMESTAMPTZ(3),

    CONSTRAINT "approval_pkey" PRIMARY KEY ("approval_id")
);

-- CreateTable
CREATE TABLE "decision" (
    "decision_id" TEXT NOT NULL,
    "approval_id" TEXT NOT NULL,
    "attempt_nonce" TEXT NOT NULL,
    "requester_id" TEXT NOT NULL,
    "author_id" TEXT NOT NULL,
    "content_hash" TEXT NOT NULL,
    "person_id" TEXT NOT NULL,
    "decision" TEXT NOT NULL,
    "comment" TEXT NOT NULL,
    "decided_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "acknowledged_at" TIMESTAMPTZ(3),

    CONSTRAINT "decision_pkey" PRIMARY KEY ("decision_id")
);

-- CreateTable
CREATE TABLE "effect" (
    "effect_id" TEXT NOT NULL,
    "run_id" TEXT NOT NULL,
    "pointer" TEXT NOT NULL,
    "visit" TEXT NOT NULL,
    "part" TEXT NOT NULL,
    "effect_class" TEXT NOT NULL,
    "status" TEXT NOT NULL DEFAULT 'planned',
    "fence" BIGINT,
    "intent" JSON NOT NULL,
    "outcome" JSON,
    "evidence_hash" TEXT,
    "planned_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "changed_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "effect_pkey" PRIMARY KEY ("effect_id")
);

-- CreateTable
CREATE TABLE "device" (
    "device_id" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "host" TEXT NOT NULL,
    "port" INTEGER NOT NULL,
    "platform" TEXT NOT NULL,
    "zone" TEXT NOT NULL,
    "credential_ref" TEXT NOT NULL,
    "host_key_type" TEXT,
    "host_key_sha256" TEXT,
    "ssh_profile" TEXT NOT NULL,
    "protected_ports" TEXT[],
    "attributes" JSON NOT NULL,

    CONSTRAINT "device_pkey" PRIMARY KEY ("device_id")
);

-- CreateTable
CREATE TABLE "device_lease" (
    "device_id" TEXT NOT NULL,
    "holder" TEXT NOT NULL,
    "fence" BIGINT NOT NULL,
    "expires_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "device_lease_pkey" PRIMARY KEY ("device_id")
);

-- CreateTable
CREATE TABLE "port_sample" (
    "device_name" TEXT NOT NULL,
    "port" TEXT NOT NULL,
    "trading_day" DATE NOT NULL,
    "sampled_at" TIMESTAMPTZ(3) NOT NULL,
    "link" TEXT NOT NULL,
    "flap_count" INTEGER,
    "down_since" TIMESTAMPTZ(3),
    "device_up_since" TIMESTAMPTZ(3),
    "source" TEXT NOT NULL,

    CONSTRAINT "port_sample_pkey" PRIMARY KEY ("device_name","port","trading_day")
);

-- CreateTable
CREATE TABLE "change_window" (
    "name" TEXT NOT NULL,
    "title" TEXT NOT NULL,
    "calendar" TEXT NOT NULL,
    "time_zone" TEXT NOT NULL,
    "opens" TEXT,
    "closes" TEXT,
    "period_ms" INTEGER,
    "length_ms" INTEGER,
    "last_start_margin_ms" INTEGER NOT NULL,

    CONSTRAINT "change_window_pkey" PRIMARY KEY ("name")
);

-- CreateTable
CREATE TABLE "payload" (
    "sha256" TEXT NOT NULL,
    "bytes" INTEGER NOT NULL,
    "content" BYTEA NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "payload_pkey" PRIMARY KEY ("sha256")
);

-- CreateTable
CREATE TABLE "evidence_file" (
    "file_id" TEXT NOT NULL,
    "run_id" TEXT NOT NULL,
    "pointer" TEXT NOT NULL,
    "visit" TEXT NOT NULL,
    "kind" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "media_type" TEXT NOT NULL,
    "sha256" TEXT NOT NULL,
    "bytes" INTEGER NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "evidence_file_pkey" PRIMARY KEY ("file_id")
);

-- CreateTable
CREATE TABLE "audit_entry" (
    "sequence" BIGINT NOT NULL,
    "recorded_at" TIMESTAMPTZ(3) NOT NULL,
    "leaf" TEXT NOT NULL,
    "actor" TEXT NOT NULL,
    "action" TEXT NOT NULL,
    "object_kind" TEXT NOT NULL,
    "object_id" TEXT NOT NULL,
    "previous_hash" TEXT NOT NULL,
    "hash" TEXT NOT NULL,

    CONSTRAINT "audit_entry_pkey" PRIMARY KEY ("sequence")
);

-- CreateTable
CREATE TABLE "person" (
    "person_id" TEXT NOT NULL,
    "username" TEXT NOT NULL,
    "display_name" TEXT NOT NULL,
    "roles" TEXT[],
    "password_hash" TEXT NOT NULL,
    "disabled_at" TIMESTAMPTZ(3),

    CONSTRAINT "person_pkey" PRIMARY KEY ("person_id")
);

-- CreateTable
CREATE TABLE "session" (
    "session_hash" TEXT NOT NULL,
    "person_id" TEXT NOT NULL,
    "csrf_token" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "expires_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "session_pkey" PRIMARY KEY ("session_hash")
);

-- CreateTable
CREATE TABLE "api_token" (
    "token_hash" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "kind" TEXT NOT NULL,
    "person_id" TEXT,
    "roles" TEXT[],
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "expires_at" TIMESTAMPTZ(3),
    "revoked_at" TIMESTAMPTZ(3),

    CONSTRAINT "api_token_pkey" PRIMARY KEY ("token_hash")
);

-- CreateTable
CREATE TABLE "secret" (
    "name" TEXT NOT NULL,
    "version" INTEGER NOT NULL,
    "ciphertext" BYTEA NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "secret_pkey" PRIMARY KEY ("name","version")
);

-- CreateIndex
CREATE INDEX "flow_version_flow_name_ordinal_idx" ON "flow_version"("flow_name", "ordinal");

-- CreateIndex
CREATE UNIQUE INDEX "flow_version_flow_name_version_key" ON "flow_version"("flow_name", "version");

-- CreateIndex
CREATE UNIQUE INDEX "run_workflow_id_key" ON "run"("workflow_id");

-- CreateIndex
CREATE INDEX "run_accepted_at_run_id_idx" ON "run"("accepted_at", "run_id");

-- CreateIndex
CREATE INDEX "run_status_accepted_at_idx" ON "run"("status", "accepted_at");

-- CreateIndex
CREATE UNIQUE INDEX "run_flow_name_business_key_key" ON "run"("flow_name", "business_key");

-- CreateIndex
CREATE INDEX "approval_run_id_idx" ON "approval"("run_id");

-- CreateIndex
CREATE INDEX "approval_status_opened_at_idx" ON "approval"("status", "opened_at");

-- CreateIndex
CREATE UNIQUE INDEX "approval_bound_key" ON "approval"("approval_id", "requester_id", "author_id", "attempt_nonce", "content_hash");

-- CreateIndex
CREATE UNIQUE INDEX "decision_once_per_person_key" ON "decision"("approval_id", "attempt_nonce", "person_id");

-- CreateIndex
CREATE INDEX "effect_run_id_idx" ON "effect"("run_id");

-- CreateIndex
CREATE INDEX "effect_status_idx" ON "effect"("status");

-- CreateIndex
CREATE UNIQUE INDEX "device_name_key" ON "device"("name");

-- CreateIndex
CREATE UNIQUE INDEX "evidence_file_once_key" ON "evidence_file"("run_id", "pointer", "visit", "kind", "name", "sha256");

-- CreateIndex
CREATE UNIQUE INDEX "audit_entry_hash_key" ON "audit_entry"("hash");

-- CreateIndex
CREATE INDEX "audit_entry_object_kind_object_id_idx" ON "audit_entry"("object_kind", "object_id");

-- CreateIndex
CREATE UNIQUE INDEX "person_username_key" ON "person"("username");

-- AddForeignKey
ALTER TABLE "decision" ADD CONSTRAINT "decision_bound_fkey" FOREIGN KEY ("approval_id", "requester_id", "author_id", "attempt_nonce", "content_hash") REFERENCES "approval"("approval_id", "requester_id", "author_id", "attempt_nonce", "content_hash") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "device_lease" ADD CONSTRAINT "device_lease_device_id_fkey" FOREIGN KEY ("device_id") REFERENCES "device"("device_id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "evidence_file" ADD CONSTRAINT "evidence_file_sha256_fkey" FOREIGN KEY ("sha256") REFERENCES "payload"("sha256") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "session" ADD CONSTRAINT "session_person_id_fkey" FOREIGN KEY ("person_id") REFERENCES "person"("person_id") ON DELETE CASCADE ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "api_token" ADD CONSTRAINT "api_token_person_id_fkey" FOREIGN KEY ("person_id") REFERENCES "person"("person_id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- From here on: what the schema file cannot say.

-- Words of closed sets.
ALTER TABLE "run" ADD CONSTRAINT "run_status_check"
  CHECK ("status" IN ('accepted', 'running', 'waiting', 'completed', 'failed', 'cancelled'));
ALTER TABLE "approval" ADD CONSTRAINT "approval_status_check"
  CHECK ("status" IN ('open', 'approved', 'refused', 'expired', 'cancelled', 'voided'));
ALTER TABLE "approval" ADD CONSTRAINT "approval_rule_check" CHECK ("rule" IN ('any', 'all'));
ALTER TABLE "effect" ADD CONSTRAINT "effect_status_check"
  CHECK ("status" IN ('planned', 'sent', 'done', 'failed', 'unknown', 'compensated'));
ALTER TABLE "effect" ADD CONSTRAINT "effect_class_check" CHECK ("effect_class" IN ('K', 'R', 'N'));
ALTER TABLE "device" ADD CONSTRAINT "device_platform_check"
  CHECK ("platform" IN ('cisco_ios', 'huawei_vrp', 'ovs'));
ALTER TABLE "device" ADD CONSTRAINT "device_port_check" CHECK ("port" BETWEEN 1 AND 65535);
ALTER TABLE "port_sample" ADD CONSTRAINT "port_sample_source_check"
  CHECK ("source" IN ('schedule', 'manual', 'seed'));
ALTER TABLE "change_window" ADD CONSTRAINT "change_window_shape_check" CHECK (
  ("period_ms" > 0 AND "length_ms" > 0 AND "length_ms" <= "period_ms" AND "opens" IS NULL AND "closes" IS NULL)
  OR ("period_ms" IS NULL AND "length_ms" IS NULL AND "opens" IS NOT NULL AND "closes" IS NOT NULL));

-- Four eyes: the row of a decision carries requester and author of its approval (composite key), so the database itself refuses both.
ALTER TABLE "decision" ADD CONSTRAINT "decision_word_check" CHECK ("decision" IN ('approve', 'refuse'));
ALTER TABLE "decision" ADD CONSTRAINT "decision_not_by_requester_check" CHECK ("person_id" <> "requester_id");
ALTER TABLE "decision" ADD CONSTRAINT "decision_not_by_author_check" CHECK ("person_id" <> "author_id");

-- Service tokens belong to nobody and never decide; a deciding token is one person's and lives at most 8 hours.
ALTER TABLE "api_token" ADD CONSTRAINT "api_token_kind_check" CHECK (
  ("kind" = 'service' AND "person_id" IS NULL)
  OR ("kind" = 'deciding' AND "person_id" IS NOT NULL AND "expires_at" IS NOT NULL
      AND "expires_at" <= "created_at" + interval '8 hours 1 minute'));

-- Runs whose start the engine has not confirmed, and decisions it has not acknowledged: small sets inside large tables.
CREATE INDEX "run_unconfirmed_idx" ON "run" ("accepted_at") WHERE "confirmed_at" IS NULL;
CREATE INDEX "decision_unacknowledged_idx" ON "decision" ("decided_at") WHERE "acknowledged_at" IS NULL;

-- Fences grow over all devices and never repeat.
CREATE SEQUENCE "device_fence" AS BIGINT;

-- Approvals keep what was asked; only their standing may change.
CREATE FUNCTION "approval_keep_content"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF (NEW."approval_id", NEW."run_id", NEW."command_id", NEW."pointer", NEW."title", NEW."content"::text, NEW."content_hash",
      NEW."attempt_nonce", NEW."rule", NEW."candidates", NEW."requester_id", NEW."author_id", NEW."opened_at", NEW."deadline_at")
    IS DISTINCT FROM
     (OLD."approval_id", OLD."run_id", OLD."command_id", OLD."pointer", OLD."title", OLD."content"::text, OLD."content_hash",
      OLD."attempt_nonce", OLD."rule", OLD."candidates", OLD."requester_id", OLD."author_id", OLD."opened_at", OLD."deadline_at")
  THEN
    RAISE EXCEPTION 'an approval keeps its content' USING ERRCODE = 'restrict_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER "approval_keep_content" BEFORE UPDATE ON "approval"
  FOR EACH ROW EXECUTE FUNCTION "approval_keep_content"();

-- Audit: the chain is computed here and nowhere else, one entry after the other (the lock is held until commit). `leaf` is the canonical
-- JSON of the entry; hash = sha256(previous_hash LF sequence LF recorded_at in epoch milliseconds LF leaf), lower-case hex, UTF-8.
CREATE FUNCTION "audit_entry_chain"() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  tail record;
  parsed json := NEW."leaf"::json;
BEGIN
  PERFORM pg_advisory_xact_lock(7100416120);
  SELECT "sequence", "hash" INTO tail FROM "audit_entry" ORDER BY "sequence" DESC LIMIT 1;
  NEW."sequence" := COALESCE(tail."sequence", 0) + 1;
  NEW."previous_hash" := COALESCE(tail."hash", repeat('0', 64));
  NEW."recorded_at" := date_trunc('milliseconds', clock_timestamp());
  NEW."actor" := parsed ->> 'actor';
  NEW."action" := parsed ->> 'action';
  NEW."object_kind" := parsed ->> 'objectKind';
  NEW."object_id" := parsed ->> 'objectId';
  NEW."hash" := encode(sha256(convert_to(
    NEW."previous_hash" || E'\n' || NEW."sequence" || E'\n'
    || round(extract(epoch FROM NEW."recorded_at") * 1000)::bigint || E'\n' || NEW."leaf", 'UTF8')), 'hex');
  RETURN NEW;
END $$;
CREATE TRIGGER "audit_entry_chain" BEFORE INSERT ON "audit_entry"
  FOR EACH ROW EXECUTE FUNCTION "audit_entry_chain"();

CREATE FUNCTION "refuse_change"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER "audit_entry_append_only" BEFORE UPDATE OR DELETE OR TRUNCATE ON "audit_entry"
  FOR EACH STATEMENT EXECUTE FUNCTION "refuse_change"();
CREATE TRIGGER "decision_no_delete" BEFORE DELETE OR TRUNCATE ON "decision"
  FOR EACH STATEMENT EXECUTE FUNCTION "refuse_change"();

-- The role every process of the product works as. It owns nothing; a production login needs nothing but membership in it. Roles belong
-- to the whole server, so another database may have made it already, also in this very moment.
DO $$
BEGIN
  CREATE ROLE "afterbell_app" NOLOGIN;
EXCEPTION
  WHEN duplicate_object OR unique_violation THEN NULL;
END $$;
DO $$
BEGIN
  EXECUTE format('GRANT afterbell_app TO %I', current_user);
EXCEPTION
  WHEN unique_violation OR invalid_grant_operation THEN NULL;
END $$;

GRANT USAGE ON SCHEMA "public" TO "afterbell_app";
GRANT SELECT, INSERT, UPDATE ON
  "run", "step_run", "approval", "effect", "device", "device_lease", "port_sample", "change_window", "person", "session", "api_token"
  TO "afterbell_app";
-- Rebuilding a timeline, ending sessions.
GRANT DELETE ON "step_run", "session" TO "afterbell_app";
-- Written once.
GRANT SELECT, INSERT ON
  "flow_version", "idempotency_key", "step_attempt", "decision", "payload", "evidence_file", "secret", "audit_entry"
  TO "afterbell_app";
-- Of a decision, only that the run has it may be added.
GRANT UPDATE ("acknowledged_at") ON "decision" TO "afterbell_app";
GRANT USAGE ON SEQUENCE "device_fence", "flow_version_ordinal_seq" TO "afterbell_app";
