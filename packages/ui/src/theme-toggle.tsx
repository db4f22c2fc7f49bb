import { useState } from "react";
import { IconButton } from "./button.tsx";
import { MoonIcon, SunIcon, SystemIcon } from "./icons.tsx";

const themes = ["system", "light", "dark"] as const;
type Theme = (typeof themes)[number];

const icons = { system: <SystemIcon />, light: <SunIcon />, dark: <MoonIcon /> };
const names = { system: "the system's", light: "light", dark: "dark" };

/** Steps through the system's theme, light and dark; each app's public/theme.js applies the choice at the next visit. */
export function ThemeToggle() {
  const [theme, setTheme] = useState(currentTheme);
  const next = themes[(themes.indexOf(theme) + 1) % themes.length] ?? "system";
  return (
    <IconButton
      label={`Theme: ${names[theme]}. Switch to ${names[next]}`}
      onClick={() => {
        apply(next);
        setTheme(next);
      }}
    >
      {icons[theme]}
    </IconButton>
  );
}

function currentTheme(): Theme {
  const chosen = document.documentElement.dataset.theme;
  return chosen === "light" || chosen === "dark" ? chosen : "system";
}

function apply(theme: Theme): void {
  if (theme === "system") delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = theme;
  try {
    localStorage.setItem("trainchain.theme", theme);
  } catch {
    // Without storage the choice lasts for this visit.
  }
}
