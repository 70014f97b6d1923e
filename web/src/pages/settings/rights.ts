// What one may do, in a word.
export const rights = {
  see: "settings.see",
  use: "settings.use",
  manage: "settings.manage",
} as const;
