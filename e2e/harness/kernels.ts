/** What kernel tests call in the page. */

export const kernelHarness = {};
