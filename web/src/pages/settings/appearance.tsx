import { useState } from "react";

import { setTheme, theme, type Theme } from "../../look/theme";
import { Choices } from "../../parts/field";
import { Page } from "../../parts/page";
import { chooseLocale, chosenLocale, type Locale } from "../../words/locale";
import { say } from "../../words/say";

type LocaleChoice = Locale | "browser";

export function Appearance() {
  const [chosen, setChosen] = useState<Theme>(theme);
  return (
    <Page
      title={say("frame.appearance")}
      crumbs={[{ text: say("parts.tenantSettings") }]}
      lead={say("settings.thisBrowser")}
    >
      <div className="form-narrow">
        <Choices<Theme>
          id="theme"
          label={say("settings.theme")}
          value={chosen}
          onChange={(next) => {
            setTheme(next);
            setChosen(next);
          }}
          choices={[
            { value: "system", title: say("settings.system"), text: say("settings.whichever") },
            { value: "light", title: say("settings.light"), text: say("settings.always") },
            { value: "dark", title: say("settings.dark"), text: say("settings.always") },
          ]}
        />
      </div>
      <div className="form-narrow">
        <Choices<LocaleChoice>
          id="locale"
          label={say("settings.language")}
          value={chosenLocale() ?? "browser"}
          onChange={(next) => chooseLocale(next === "browser" ? undefined : next)}
          choices={[
            {
              value: "browser",
              title: say("settings.asBrowser"),
              text: say("settings.ifThereIs"),
            },
            { value: "en", title: say("settings.english"), text: say("settings.always") },
            { value: "en-XA", title: say("settings.pseudo"), text: say("settings.pseudoIs") },
          ]}
        />
      </div>
    </Page>
  );
}
