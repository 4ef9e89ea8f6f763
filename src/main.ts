/** The page: puts the live elements in the place of the first paint. */
import { createStore } from "./session/client.ts";
import "./ui/lab-app.ts";
import { restoreTheme } from "./ui/theme.ts";

restoreTheme();
const app = document.createElement("lab-app");
app.store = createStore();
document.querySelector("#first-paint")?.replaceWith(app);
