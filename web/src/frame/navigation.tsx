import { Nav, NavGroup, NavItem } from "@patternfly/react-core";
import { NavLink, useLocation } from "react-router-dom";

import { mayDo } from "../api/session";

interface Item {
  to: string;
  text: string;
}

const content: Item[] = [
  { to: "/registries/embedded", text: "This server" },
  { to: "/jobs", text: "Jobs" },
];

function tenantItems(): Item[] {
  return [
    { to: "/registries", text: "Registries" },
    { to: "/settings/api-keys", text: "API keys" },
    ...(mayDo("manage") ? [{ to: "/settings/audit", text: "Audit trail" }] : []),
    { to: "/settings/appearance", text: "Appearance" },
    { to: "/settings/about", text: "About" },
  ];
}

function isActive(item: Item, pathname: string) {
  const inside = pathname === item.to || pathname.startsWith(item.to + "/");
  return item.to === "/registries"
    ? inside && !pathname.startsWith("/registries/embedded")
    : inside;
}

export function Navigation() {
  const { pathname } = useLocation();
  const items = (group: Item[]) =>
    group.map((item) => (
      <NavItem key={item.to} itemId={item.to} isActive={isActive(item, pathname)}>
        <NavLink to={item.to}>{item.text}</NavLink>
      </NavItem>
    ));
  return (
    <Nav aria-label="Main">
      <NavGroup title="Content">{items(content)}</NavGroup>
      <NavGroup title="Tenant Settings">{items(tenantItems())}</NavGroup>
    </Nav>
  );
}
