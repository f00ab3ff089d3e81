// Brings the database of AFTERBELL_DATABASE_URL to the newest schema. A process of its own: the migration engine is large
// and needed for a second only, and the command line imports no other room's code.
const { migrate } = await import('../../prisma/migrate.ts');
const applied = await migrate(process.env.AFTERBELL_DATABASE_URL ?? '');
console.log(JSON.stringify(applied));
// The engine's connections would keep the process for their idle time of 10 s.
process.exit(0);
