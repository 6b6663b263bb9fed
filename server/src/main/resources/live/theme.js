// Light, dark, or as the system has it; remembered where the browser allows it.

const KEY = "fieldstream-theme";

function remembered() {
  try {
    return localStorage.getItem(KEY) ?? "auto";
  } catch {
    return "auto";
  }
}

function remember(choice) {
  try {
    localStorage.setItem(KEY, choice);
  } catch {
    // A browser that keeps nothing keeps the choice until the page is closed.
  }
}

/** Wires the switch; onChange runs whenever colours have changed. */
export function wireTheme(fieldset, onChange) {
  const apply = (choice) => {
    document.documentElement.dataset.theme = choice;
    onChange();
  };
  for (const input of fieldset.querySelectorAll("input")) {
    input.checked = input.value === remembered();
    input.addEventListener("change", () => {
      remember(input.value);
      apply(input.value);
    });
  }
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", onChange);
  apply(remembered());
}
