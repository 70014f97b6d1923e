// The pages and their addresses. src/console serves the page for exactly these.
import { createBrowserRouter, Navigate, redirect, type LoaderFunctionArgs } from "react-router-dom";

import { findSession } from "./api/session";
import { Broken } from "./frame/broken";
import { Frame } from "./frame/frame";
import { Login } from "./pages/login/login";
import { Registries } from "./pages/registries/registries";

async function needsSession({ request }: LoaderFunctionArgs) {
  if (await findSession()) return null;
  const { pathname, search } = new URL(request.url);
  const asked = pathname + search;
  return redirect(asked === "/" ? "/login" : `/login?next=${encodeURIComponent(asked)}`);
}

const page = (load: () => Promise<Record<string, unknown>>, name: string) => async () => ({
  Component: (await load())[name] as React.ComponentType,
});

export const router = createBrowserRouter([
  { path: "/login", element: <Login />, errorElement: <Broken /> },
  {
    path: "/docs/api",
    lazy: page(() => import("./pages/docs/reference"), "ApiReference"),
    errorElement: <Broken />,
    hydrateFallbackElement: <></>,
  },
  {
    path: "/",
    element: <Frame />,
    loader: needsSession,
    shouldRevalidate: () => false,
    errorElement: <Broken />,
    hydrateFallbackElement: <></>,
    children: [
      {
        errorElement: <Broken />,
        children: [
          { index: true, element: <Navigate to="/registries" replace /> },
          { path: "registries", element: <Registries /> },
          { path: "registries/new", lazy: page(() => import("./pages/wizard/new"), "NewRegistry") },
          {
            path: "registries/:uid",
            lazy: page(() => import("./pages/content/registry"), "RegistryPage"),
          },
          {
            path: "registries/:uid/edit",
            lazy: page(() => import("./pages/wizard/edit"), "EditRegistry"),
          },
          {
            path: "registries/:uid/repository",
            lazy: page(() => import("./pages/content/repository"), "RepositoryPage"),
          },
          {
            path: "registries/:uid/tag",
            lazy: page(() => import("./pages/content/tag"), "TagPage"),
          },
          {
            path: "registries/:uid/chart",
            lazy: page(() => import("./pages/content/chart"), "ChartPage"),
          },
          { path: "jobs", lazy: page(() => import("./pages/jobs/jobs"), "Jobs") },
          { path: "settings", element: <Navigate to="/settings/appearance" replace /> },
          {
            path: "settings/api-keys",
            lazy: page(() => import("./pages/settings/api_keys"), "ApiKeys"),
          },
          { path: "settings/users", lazy: page(() => import("./pages/settings/users"), "Users") },
          {
            path: "settings/projects",
            lazy: page(() => import("./pages/settings/projects"), "Projects"),
          },
          {
            path: "settings/password",
            lazy: page(() => import("./pages/settings/password"), "Password"),
          },
          { path: "settings/audit", lazy: page(() => import("./pages/settings/audit"), "Audit") },
          {
            path: "settings/appearance",
            lazy: page(() => import("./pages/settings/appearance"), "Appearance"),
          },
          { path: "settings/about", lazy: page(() => import("./pages/settings/about"), "About") },
          { path: "*", element: <Broken missing /> },
        ],
      },
    ],
  },
]);
