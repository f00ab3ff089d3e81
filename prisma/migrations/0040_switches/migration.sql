-- What an administrator switches on or off for the whole installation.
CREATE TABLE "installation_switch" (
    "name" TEXT NOT NULL,
    "is_on" BOOLEAN NOT NULL DEFAULT false,
    "changed_by" TEXT,
    "changed_at" TIMESTAMPTZ(3),

    CONSTRAINT "installation_switch_pkey" PRIMARY KEY ("name")
);

-- From here on: what the schema file cannot say.

INSERT INTO "installation_switch" ("name") VALUES ('scripts');

GRANT SELECT, UPDATE ON "installation_switch" TO "afterbell_app";
