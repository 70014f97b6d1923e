// The roles, as people read of them.
import type { Role } from "../../api/people";
import type { PlainKey } from "../../words/say";

export const roleTexts: Record<Role, { name: PlainKey; may: PlainKey }> = {
  viewer: { name: "frame.viewer", may: "people.viewerMay" },
  editor: { name: "frame.editor", may: "people.editorMay" },
  tenant_admin: { name: "frame.tenantAdmin", may: "people.adminMay" },
};
export const roles = Object.keys(roleTexts) as Role[];
