import { Nav, NavGroup, NavItem } from "@patternfly/react-core";
import { NavLink, useLocation } from "react-router-dom";

import { hasRegistry, mayDo } from "../api/session";
import { say, type PlainKey } from "../words/say";

interface Item {
  to: string;
  text: PlainKey;
}

const thisServer: Item = { to: "/registries/embedded", text: "frame.thisServer" };
const jobs: Item = { to: "/jobs", text: "parts.jobs" };

const users: Item = { to: "/settings/users", text: "people.users" };
const audit: Item = { to: "/settings/audit", text: "frame.auditTrail" };

function tenantItems(): Item[] {
  return [
    { to: "/registries", text: "parts.registries" },
    ...(mayDo("manage") ? [users] : []),
    { to: "/settings/projects", text: "people.projects" },
    { to: "/settings/api-keys", text: "parts.apiKeys" },
    ...(mayDo("manage") ? [audit] : []),
    { to: "/settings/appearance", text: "frame.appearance" },
    { to: "/settings/about", text: "frame.about" },
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
        <NavLink to={item.to}>{say(item.text)}</NavLink>
      </NavItem>
    ));
  return (
    <Nav aria-label={say("frame.main")}>
      <NavGroup title={say("frame.content")}>
        {items(hasRegistry() ? [thisServer, jobs] : [jobs])}
      </NavGroup>
      <NavGroup title={say("parts.tenantSettings")}>{items(tenantItems())}</NavGroup>
    </Nav>
  );
}
