-- AlterTable
ALTER TABLE "flow_version" ADD COLUMN "origin" TEXT NOT NULL DEFAULT 'before-four-eyes',
ADD COLUMN "approved_by" TEXT,
ADD COLUMN "submission_id" TEXT;

-- CreateTable
CREATE TABLE "flow_draft" (
    "draft_id" TEXT NOT NULL,
    "flow_name" TEXT,
    "name" TEXT NOT NULL,
    "owner" TEXT NOT NULL,
    "source" TEXT NOT NULL,
    "revision" INTEGER NOT NULL DEFAULT 1,
    "base_version" TEXT,
    "authors" TEXT[],
    "pins" JSON,
    "changed_by" TEXT NOT NULL,
    "changed_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "closed_at" TIMESTAMPTZ(3),

    CONSTRAINT "flow_draft_pkey" PRIMARY KEY ("draft_id")
);

-- CreateTable
CREATE TABLE "flow_draft_revision" (
    "draft_id" TEXT NOT NULL,
    "revision" INTEGER NOT NULL,
    "source" TEXT NOT NULL,
    "changed_by" TEXT NOT NULL,
    "changed_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "flow_draft_revision_pkey" PRIMARY KEY ("draft_id","revision")
);

-- CreateTable
CREATE TABLE "flow_submission" (
    "submission_id" TEXT NOT NULL,
    "draft_id" TEXT,
    "namespace" TEXT NOT NULL,
    "flow_name" TEXT NOT NULL,
    "version" TEXT NOT NULL,
    "title" TEXT NOT NULL,
    "source" TEXT NOT NULL,
    "content_hash" TEXT NOT NULL,
    "plan_hash" TEXT NOT NULL,
    "plan" JSON NOT NULL,
    "base_version" TEXT,
    "comment" TEXT NOT NULL,
    "authors" TEXT[],
    "submitted_by" TEXT NOT NULL,
    "submitted_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "problems" JSON NOT NULL,
    "rehearsal" JSON NOT NULL,
    "triggers" JSON NOT NULL,
    "status" TEXT NOT NULL DEFAULT 'open',
    "decided_by" TEXT,
    "decided_at" TIMESTAMPTZ(3),
    "decided_hash" TEXT,
    "decision_comment" TEXT,

    CONSTRAINT "flow_submission_pkey" PRIMARY KEY ("submission_id")
);

-- CreateIndex
CREATE UNIQUE INDEX "flow_version_submission_id_key" ON "flow_version"("submission_id");

-- CreateIndex
CREATE INDEX "flow_submission_status_submitted_at_idx" ON "flow_submission"("status", "submitted_at");

-- AddForeignKey
ALTER TABLE "flow_version" ADD CONSTRAINT "flow_version_submission_id_fkey" FOREIGN KEY ("submission_id") REFERENCES "flow_submission"("submission_id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "flow_draft_revision" ADD CONSTRAINT "flow_draft_revision_draft_id_fkey" FOREIGN KEY ("draft_id") REFERENCES "flow_draft"("draft_id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "flow_submission" ADD CONSTRAINT "flow_submission_draft_id_fkey" FOREIGN KEY ("draft_id") REFERENCES "flow_draft"("draft_id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- From here on: what the schema file cannot say.

ALTER TABLE "flow_version" ADD CONSTRAINT "flow_version_origin_check" CHECK ("origin" IN ('before-four-eyes', 'shipped', 'four-eyes'));
ALTER TABLE "flow_version" ADD CONSTRAINT "flow_version_four_eyes_check" CHECK
  (("origin" = 'four-eyes') = ("approved_by" IS NOT NULL AND "submission_id" IS NOT NULL));
ALTER TABLE "flow_submission" ADD CONSTRAINT "flow_submission_status_check" CHECK
  ("status" IN ('open', 'approved', 'returned', 'withdrawn', 'superseded'));
ALTER TABLE "flow_submission" ADD CONSTRAINT "flow_submission_comment_check" CHECK (btrim("comment") <> '');
-- Nobody decides on a change of their own: not who submitted it, and not who wrote in it.
ALTER TABLE "flow_submission" ADD CONSTRAINT "flow_submission_second_person_check" CHECK
  ("status" NOT IN ('approved', 'returned') OR
   ("decided_by" IS NOT NULL AND "decided_by" <> "submitted_by" AND NOT ("decided_by" = ANY ("authors"))));
-- What was approved is what was submitted, byte for byte.
ALTER TABLE "flow_submission" ADD CONSTRAINT "flow_submission_decided_hash_check" CHECK
  ("status" <> 'approved' OR "decided_hash" = "content_hash");
CREATE UNIQUE INDEX "flow_submission_one_open" ON "flow_submission" ("flow_name") WHERE "status" = 'open';

-- A submission is decided once and never changes otherwise.
CREATE FUNCTION "flow_submission_stays"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF OLD."status" <> 'open' THEN
    RAISE EXCEPTION 'submission % is %', OLD."submission_id", OLD."status" USING CONSTRAINT = 'flow_submission_stays';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER "flow_submission_stays" BEFORE UPDATE ON "flow_submission"
  FOR EACH ROW EXECUTE FUNCTION "flow_submission_stays"();

-- A version goes live only from a submission that another person approved, with the same content; what is shipped is marked as that.
CREATE FUNCTION "flow_version_needs_approval"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW."origin" = 'before-four-eyes' THEN
    RAISE EXCEPTION 'a version is published by two people' USING CONSTRAINT = 'flow_version_needs_approval';
  END IF;
  IF NEW."origin" = 'four-eyes' AND NOT EXISTS (
    SELECT 1 FROM "flow_submission" s WHERE s."submission_id" = NEW."submission_id" AND s."status" = 'approved'
      AND s."flow_name" = NEW."flow_name" AND s."version" = NEW."version" AND s."content_hash" = NEW."document_hash"
      AND s."plan_hash" = NEW."plan_hash" AND s."submitted_by" = NEW."published_by" AND s."decided_by" = NEW."approved_by") THEN
    RAISE EXCEPTION 'version % % has no approved submission', NEW."flow_name", NEW."version"
      USING CONSTRAINT = 'flow_version_needs_approval';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER "flow_version_needs_approval" BEFORE INSERT ON "flow_version"
  FOR EACH ROW EXECUTE FUNCTION "flow_version_needs_approval"();

GRANT SELECT, INSERT, UPDATE ON "flow_draft" TO "afterbell_app";
GRANT SELECT, INSERT, DELETE ON "flow_draft_revision" TO "afterbell_app";
GRANT SELECT, INSERT ON "flow_submission" TO "afterbell_app";
-- Of a submission, only its decision may be added.
GRANT UPDATE ("status", "decided_by", "decided_at", "decided_hash", "decision_comment") ON "flow_submission" TO "afterbell_app";
