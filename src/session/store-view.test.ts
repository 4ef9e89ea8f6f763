import { expect, test } from "@playwright/test";
import { changeSettings, DEFAULT_CONFIG } from "../experiment/schema.ts";
import type { View } from "../experiment/view.ts";
import { freshState } from "./store-state.ts";
import {
  isAsking,
  isLockedOut,
  isTheoryHidden,
  shownState,
  viewAfter,
} from "./store-view.ts";

const stateWith = (view: View, classroom = {}) => {
  const state = freshState(DEFAULT_CONFIG, [], null, "", view);
  return { ...state, classroom: { ...state.classroom, ...classroom } };
};

test("theory is hidden until the run ends, or until a guess is given, or both", () => {
  expect(isTheoryHidden(stateWith({}))).toBe(false);
  expect(isTheoryHidden(stateWith({ hide: "1" }))).toBe(true);
  expect(isTheoryHidden(stateWith({ hide: "1" }, { revealed: true }))).toBe(
    false,
  );
  expect(isAsking(stateWith({ ask: "1" }))).toBe(true);
  expect(isTheoryHidden(stateWith({ ask: "1" }, { revealed: true }))).toBe(
    true,
  );
  expect(isTheoryHidden(stateWith({ ask: "1" }, { guess: NaN }))).toBe(false);
  expect(isTheoryHidden(stateWith({ ask: "1", hide: "1" }, { guess: 5 }))).toBe(
    true,
  );
});

test("a hidden theory is nowhere in what is shown, and the truth is kept", () => {
  const state = stateWith({ hide: "1" });
  expect(state.lanes[0].prediction?.activeUnits).toBe(5);
  const shown = shownState(state);
  expect(shown.lanes.map(({ prediction }) => prediction)).toEqual([null, null]);
  expect(shown.lanes[0].theoryHidden).toBe(true);
  // The same object again: nothing is painted twice for it.
  expect(shownState(state).lanes[0]).toBe(shown.lanes[0]);
  const revealed = stateWith({ hide: "1" }, { revealed: true });
  expect(shownState(revealed)).toBe(revealed);
});

test("a lock keeps out everything but the pace; a change drops the author's numbers", () => {
  const state = stateWith({ lock: "1", r: "1:2,3,-" });
  const paced = changeSettings(DEFAULT_CONFIG, "pace", 15);
  const other = changeSettings(DEFAULT_CONFIG, "beta", 2);
  expect(isLockedOut(state, paced)).toBe(false);
  expect(isLockedOut(state, other)).toBe(true);
  expect(isLockedOut(stateWith({}), other)).toBe(false);
  expect(viewAfter(state, paced)).toEqual(state.view);
  expect(viewAfter(state, other)).toEqual({ lock: "1" });
});
