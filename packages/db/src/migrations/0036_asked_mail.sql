CREATE TABLE "asked_mail" (
	"id" text PRIMARY KEY NOT NULL,
	"digest" text NOT NULL,
	"asked_at" timestamp with time zone NOT NULL
);
