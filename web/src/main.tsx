import "@patternfly/react-core/dist/styles/base.css";
import "./look/theme.css";
import "./look/frame.css";
import "./look/content.css";
import "./look/narrow.css";

import { QueryClientProvider } from "@tanstack/react-query";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { RouterProvider } from "react-router-dom";

import { queryClient } from "./api/queries";
import { startTheme } from "./look/theme";
import { router } from "./routes";
import { startLocale } from "./words/locale";

startLocale();
startTheme();
createRoot(document.getElementById("root")!).render(
  <StrictMode>
    <QueryClientProvider client={queryClient}>
      <RouterProvider router={router} />
    </QueryClientProvider>
  </StrictMode>,
);
