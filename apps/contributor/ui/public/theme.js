// Before the first paint: the theme that was chosen here, where one was. Outside the bundle, because a module runs too late.
try {
  const theme = localStorage.getItem("trainchain.theme");
  if (theme === "light" || theme === "dark") document.documentElement.dataset.theme = theme;
} catch {
  // No storage: the system's theme it is.
}
