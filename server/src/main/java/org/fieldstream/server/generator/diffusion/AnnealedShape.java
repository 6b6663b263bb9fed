package org.fieldstream.server.generator.diffusion;

/**
 * How an {@link AnnealedProgram} samples.
 *
 * @param levels strengths of the noise it goes through, at least 1
 * @param corrections Langevin steps at each, at least 0
 * @param step of the Langevin steps, in units of each mode's relaxation time, in (0, 1)
 * @param adjusted Langevin steps without noise in the field, each accepted or rejected by the true
 *     action; at least 0
 * @param adjustedStep of these, in (0, 1)
 */
record AnnealedShape(int levels, int corrections, double step, int adjusted, double adjustedStep) {
  /** Predictor and corrector. */
  static final AnnealedShape LANGEVIN = new AnnealedShape(16, 1, 0.1, 0, 0.1);

  /** The same, and adjusted steps behind. */
  static final AnnealedShape ADJUSTED = new AnnealedShape(16, 1, 0.1, 16, 0.1);
}
