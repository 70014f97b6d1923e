// What is around every page: masthead, side bar, banner of an ended session, footer.
import {
  DropdownItem,
  Masthead,
  MastheadBrand,
  MastheadContent,
  MastheadMain,
  MastheadToggle,
  Page,
  PageSidebar,
  PageSidebarBody,
  PageToggleButton,
  SkipToContent,
} from "@patternfly/react-core";
import BarsIcon from "@patternfly/react-icons/dist/esm/icons/bars-icon";
import UserIcon from "@patternfly/react-icons/dist/esm/icons/user-icon";
import { useQueryClient } from "@tanstack/react-query";
import { useEffect, useRef } from "react";
import { Link, Outlet, useLocation, useNavigate } from "react-router-dom";

import { ApiError } from "../api/client";
import { logOut, useSession } from "../api/session";
import { listen } from "../live/events";
import { Menu } from "../parts/menu";
import { toast, Toasts } from "../parts/toasts";
import { say, type PlainKey } from "../words/say";
import { Footer } from "./footer";
import { Logo } from "./logo";
import { Navigation } from "./navigation";
import { SessionEnded } from "./session_ended";
import { Shortcuts } from "./shortcuts";

function UserMenu() {
  const { me } = useSession();
  const navigate = useNavigate();
  const client = useQueryClient();
  const leave = async () => {
    let next: string;
    try {
      next = await logOut();
    } catch (error) {
      toast("danger", say("frame.stillLoggedIn"), error instanceof ApiError ? error.message : "");
      return;
    }
    client.clear();
    if (next === "/login") navigate(next);
    else window.location.assign(next); // to the provider, which has a session of its own
  };
  return (
    <Menu toggle={{ variant: "plainText", icon: <UserIcon />, children: me?.metadata.name }}>
      <DropdownItem isDisabled description={me?.status.tenant.name}>
        {roleText(me?.spec.roles[0])}
      </DropdownItem>
      <DropdownItem onClick={() => navigate("/settings/appearance")}>
        {say("frame.appearance")}
      </DropdownItem>
      {!me?.spec.provider && (
        <DropdownItem onClick={() => navigate("/settings/password")}>
          {say("parts.password")}
        </DropdownItem>
      )}
      <DropdownItem onClick={() => void leave()}>{say("frame.logOut")}</DropdownItem>
    </Menu>
  );
}

const roles: Record<string, PlainKey> = {
  tenant_admin: "frame.tenantAdmin",
  editor: "frame.editor",
  viewer: "frame.viewer",
};

function roleText(role = "") {
  return roles[role] ? say(roles[role]) : role;
}

/** A new page begins at its title, also for who does not see the screen. */
function useFocusOnPage() {
  const { pathname, search } = useLocation();
  const query = new URLSearchParams(search);
  const page = [pathname, query.get("repository"), query.get("reference")].join(" ");
  const first = useRef(true);
  useEffect(() => {
    if (first.current) {
      first.current = false;
      return;
    }
    document.getElementById("main")?.scrollTo({ top: 0 });
    document.getElementById("page-title")?.focus({ preventScroll: true });
  }, [page]);
}

export function Frame() {
  const { me, ended } = useSession();
  const client = useQueryClient();
  const navigate = useNavigate();
  useFocusOnPage();
  useEffect(() => {
    if (!me || ended) return;
    return listen(client);
  }, [client, me, ended]);
  useEffect(() => {
    if (!me) navigate("/login");
  }, [me, navigate]);
  const masthead = (
    <Masthead>
      <MastheadMain>
        <MastheadToggle>
          <PageToggleButton variant="plain" aria-label={say("frame.menu")}>
            <BarsIcon />
          </PageToggleButton>
        </MastheadToggle>
        <MastheadBrand>
          <Link to="/registries" className="brand">
            <Logo />
            {say("frame.berth")}
          </Link>
        </MastheadBrand>
      </MastheadMain>
      <MastheadContent>
        <div className="row spread masthead-end">
          <span />
          <div className="row tight">
            <Shortcuts />
            <UserMenu />
          </div>
        </div>
      </MastheadContent>
    </Masthead>
  );
  const sidebar = (
    <PageSidebar>
      <PageSidebarBody>
        <Navigation />
      </PageSidebarBody>
    </PageSidebar>
  );
  return (
    <Page
      masthead={masthead}
      sidebar={sidebar}
      isManagedSidebar
      isContentFilled
      mainContainerId="main"
      mainTabIndex={-1}
      skipToContent={<SkipToContent href="#main">{say("frame.skip")}</SkipToContent>}
    >
      {ended && <SessionEnded />}
      <Outlet />
      <Footer />
      <Toasts />
    </Page>
  );
}
