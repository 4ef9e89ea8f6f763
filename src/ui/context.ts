/** How elements reach the store. */
import { createContext } from "@lit/context";
import type { Store } from "../session/store.ts";

export const storeContext = createContext<Store>(Symbol("store"));
