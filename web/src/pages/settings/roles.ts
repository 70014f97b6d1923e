// The roles, as people read of them.
import type { Role } from "../../api/people";

export const roleTexts: Record<Role, { name: string; may: string }> = {
  viewer: { name: "Viewer", may: "looks at registries and content, and pulls" },
  editor: { name: "Editor", may: "syncs and validates registries too, and pushes" },
  tenant_admin: { name: "Tenant admin", may: "does everything, registries and users included" },
};
export const roles = Object.keys(roleTexts) as Role[];
