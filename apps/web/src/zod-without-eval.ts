// z.config({ jitless: true }), written where zod looks for it: its `new Function` would break the content security
// policy, and importing zod to say so would put it into every page's first load.
Object.assign(globalThis, { __zod_globalConfig: { jitless: true } });
