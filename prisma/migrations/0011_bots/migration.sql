-- CreateTable
CREATE TABLE "bot_script" (
    "name" TEXT NOT NULL,
    "version" INTEGER NOT NULL,
    "title" TEXT NOT NULL,
    "script" JSON NOT NULL,
    "script_sha256" TEXT NOT NULL,
    "published_by" TEXT NOT NULL,
    "published_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "bot_script_pkey" PRIMARY KEY ("name","version")
);

ALTER TABLE "bot_script" ADD CONSTRAINT "bot_script_version_check" CHECK ("version" > 0);
ALTER TABLE "bot_script" ADD CONSTRAINT "bot_script_sha256_check" CHECK ("script_sha256" ~ '^[0-9a-f]{64}$');

-- A version that a run names stays as it was: no update, no delete.
GRANT SELECT, INSERT ON "bot_script" TO afterbell_app;
