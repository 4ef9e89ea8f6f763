import prettier from "eslint-config-prettier";
import { defineConfig } from "eslint/config";
import tseslint from "typescript-eslint";

/** From left to right; a room never imports from one to its right. */
const ROOMS = [
  ["experiment", "math"],
  ["data", "model", "theory"],
  ["reference", "engine"],
  ["session"],
  ["ui"],
];

/**
 * @typedef {object} Room
 * @property {readonly string[]} files
 * @property {readonly string[]} rooms what it may import from, besides itself
 * @property {readonly string[]} packages
 * @property {readonly string[]} [types] what it may import types from, as patterns after the rooms' folder
 * @property {readonly string[]} [only] the parts of a room it may import, where not all, by room
 * @property {boolean} [page] whether it may touch the page and the browser
 */

/**
 * The one table of who imports what; src/main.ts, src/worker.ts and src/index.ts join rooms.
 *
 * @type {Record<string, Room>}
 */
const TABLE = {
  experiment: {
    files: ["src/experiment/**"],
    rooms: [],
    packages: ["valibot"],
  },
  math: { files: ["src/math/**"], rooms: [], packages: ["ml-matrix"] },
  data: {
    files: ["src/data/**"],
    rooms: ["math", "experiment"],
    packages: ["papaparse"],
  },
  model: {
    files: ["src/model/**"],
    rooms: ["math", "experiment"],
    packages: [],
  },
  theory: {
    files: ["src/theory/**"],
    rooms: ["math", "experiment"],
    packages: [],
  },
  reference: {
    files: ["src/reference/**"],
    rooms: ["math", "model", "experiment"],
    packages: [],
    types: ["data/", String.raw`engine/(evaluator|stepper)\.ts$`],
  },
  engine: {
    files: ["src/engine/**"],
    rooms: ["model", "data", "math", "experiment", "shaders"],
    packages: ["webgpu-utils"],
  },
  host: {
    files: ["src/session/**"],
    rooms: [
      "experiment",
      "math",
      "data",
      "model",
      "theory",
      "reference",
      "engine",
    ],
    packages: ["comlink", "idb"],
    page: true,
  },
  client: {
    files: [
      "src/session/client.ts",
      "src/session/store*.ts",
      "src/session/runs*.ts",
      "src/session/map-plan.ts",
      "src/session/map-link.ts",
      "src/session/local-store.ts",
    ],
    // Theory: predictions are drawn before the worker is up.
    rooms: ["experiment", "theory"],
    packages: ["comlink", "idb"],
    types: ["data/"],
    page: true,
  },
  protocol: {
    files: [
      "src/session/protocol.ts",
      "src/session/sweep-protocol.ts",
      "src/session/map-protocol.ts",
      "src/session/poke-protocol.ts",
      "src/session/seeds-protocol.ts",
      "src/session/weights-protocol.ts",
      "src/session/runs-protocol.ts",
      "src/session/landscape-protocol.ts",
    ],
    rooms: [],
    packages: [],
    types: ["experiment/", "data/", "theory/", "model/"],
    page: true,
  },
  ui: {
    files: ["src/ui/**"],
    rooms: ["experiment"],
    packages: ["lit", "@lit/context", "chart.js", "papaparse", "uqr"],
    types: ["theory/", String.raw`session/(?:[a-z]+-)?protocol\.ts$`],
    only: [
      String.raw`session/(?:client|store[a-z-]*|local-store|map-plan|map-link|map-protocol)\.ts$`,
    ],
    page: true,
  },
};

const ALL_ROOMS = [...ROOMS.flat(), "shaders"];

/**
 * Rooms a room's tests must not import either: those to its right.
 *
 * @param {string} name
 */
function roomsToTheRight(name) {
  const room = ["host", "client", "protocol"].includes(name) ? "session" : name;
  const column = ROOMS.findIndex((rooms) => rooms.includes(room));
  return ROOMS.slice(column + 1).flat();
}

/**
 * @param {string} name
 * @param {Room} room
 */
function importRules(name, room) {
  const self = /** @type {string} */ (room.files[0]).split("/")[1];
  const types = room.types ?? [];
  const only = room.only ?? [];
  const closed = ALL_ROOMS.filter(
    (other) => other !== self && !room.rooms.includes(other),
  );
  const up = String.raw`^(?:\.\./)+`;
  const patterns = [
    {
      regex: `${up}(?!${[...types, ...only].join("|") || "$"})(?:${closed.join("|")})/`,
      message: `The room "${name}" may import from ${[self, ...room.rooms].join(", ")} only (see the table in eslint.config.js).`,
    },
    {
      regex: `^(?![./])(?!(?:${room.packages.join("|") || "$"})(?:/|$))`,
      message: `The room "${name}" may use ${room.packages.join(", ") || "no package"} only (see the table in eslint.config.js).`,
    },
  ];
  return types.length === 0
    ? patterns
    : [
        ...patterns,
        {
          regex: `${up}(?:${types.join("|")})`,
          allowTypeImports: true,
          message: `The room "${name}" may import types only from there.`,
        },
      ];
}

const NO_PAGE = [
  "window",
  "document",
  "navigator",
  "location",
  "localStorage",
  "sessionStorage",
  "indexedDB",
  "fetch",
  "XMLHttpRequest",
  "self",
].map((name) => ({
  name,
  message:
    "Rooms left of session run in a page, a worker and Node alike: have it passed in.",
}));

const NO_DEFAULT_EXPORT = {
  selector: "ExportDefaultDeclaration",
  message: "Export by name.",
};
const SYNTAX = [
  {
    selector: "ExportAllDeclaration",
    message: "No barrels: import from the file itself.",
  },
  {
    selector: "NewExpression[callee.name='Date'][arguments.length=0]",
    message: "The time of day has no place in a result; use performance.now().",
  },
];

/**
 * @param {string} name
 * @param {Room} room
 * @returns {import("eslint").Linter.Config}
 */
function roomConfig(name, room) {
  return {
    files: [...room.files],
    rules: {
      "@typescript-eslint/no-restricted-imports": [
        "error",
        { patterns: importRules(name, room) },
      ],
      "no-restricted-globals":
        room.page === true ? "off" : ["error", ...NO_PAGE],
    },
  };
}

/**
 * Tests join what they test with its neighbours, but never with a room to the right.
 *
 * @param {string} name
 * @param {Room} room
 * @returns {import("eslint").Linter.Config}
 */
function testConfig(name, room) {
  const right = roomsToTheRight(name);
  return {
    files: room.files.map((glob) =>
      glob.endsWith("/**")
        ? `${glob}/*.test.ts`
        : glob.replace(/\.ts$/, ".test.ts"),
    ),
    rules: {
      "@typescript-eslint/no-restricted-imports":
        right.length === 0
          ? "off"
          : [
              "error",
              {
                patterns: [
                  {
                    regex: String.raw`^(?:\.\./)+(?:${right.join("|")})/`,
                    message: `A test in "${name}" may not import from the rooms to its right.`,
                  },
                ],
              },
            ],
    },
  };
}

export default defineConfig(
  {
    ignores: [
      "dist/",
      ".cache/",
      ".bench/",
      "test-results/",
      "playwright-report/",
      "www/sw.js",
    ],
  },
  { linterOptions: { reportUnusedDisableDirectives: "error" } },
  ...tseslint.configs.strictTypeChecked,
  ...tseslint.configs.stylisticTypeChecked,
  {
    languageOptions: {
      parserOptions: {
        projectService: true,
        tsconfigRootDir: import.meta.dirname,
      },
    },
    rules: {
      eqeqeq: "error",
      "no-restricted-properties": [
        "error",
        {
          object: "Math",
          property: "random",
          message: "Draw from the seeded generator in src/math/rng.ts.",
        },
        {
          object: "Date",
          property: "now",
          message: "Use performance.now().",
        },
      ],
      "no-restricted-syntax": ["error", NO_DEFAULT_EXPORT, ...SYNTAX],
      "@typescript-eslint/restrict-template-expressions": [
        "error",
        { allowNumber: true },
      ],
      "@typescript-eslint/no-confusing-void-expression": [
        "error",
        { ignoreArrowShorthand: true },
      ],
      "@typescript-eslint/no-unnecessary-condition": [
        "error",
        { allowConstantLoopConditions: "only-allowed-literals" },
      ],
      "@typescript-eslint/no-unused-vars": [
        "error",
        { argsIgnorePattern: "^_", varsIgnorePattern: "^_" },
      ],
    },
  },
  {
    files: ["src/**/*.ts"],
    rules: { "max-lines": ["error", 400] },
  },
  ...Object.entries(TABLE).map(([name, room]) => roomConfig(name, room)),
  ...Object.entries(TABLE).map(([name, room]) => testConfig(name, room)),
  {
    files: ["src/index.ts"],
    rules: {
      "@typescript-eslint/no-restricted-imports": [
        "error",
        {
          patterns: [
            {
              regex: "/ui/|/session/(?:client|store|local-store)",
              message: "The library is what runs without a page.",
            },
          ],
        },
      ],
      "no-restricted-globals": ["error", ...NO_PAGE],
    },
  },
  {
    // Their casts are comments, which these rules do not see; tsc does.
    files: ["**/*.{js,mjs}"],
    rules: {
      "@typescript-eslint/no-unsafe-assignment": "off",
      "@typescript-eslint/no-unsafe-member-access": "off",
      "@typescript-eslint/no-unsafe-return": "off",
    },
  },
  {
    // Tools ask for a default export, or are read by the runner's names.
    files: ["*.config.{js,ts}", "e2e/harness/summary.ts", "src/**/*.d.ts"],
    rules: { "no-restricted-syntax": ["error", ...SYNTAX] },
  },
  prettier,
);
