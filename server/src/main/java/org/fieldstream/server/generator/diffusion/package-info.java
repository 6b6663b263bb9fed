/**
 * Diffusion models as lattice programs: noise of decreasing strength is taken out of a field by a
 * learned score. An ensemble's spectrum and trained weights enter; draws leave, with exact log q of
 * the probability-flow ODE, or annealed level by level with the weight of their way; and where
 * somebody looks, the field on its way.
 *
 * <p>Start here: {@link org.fieldstream.server.generator.diffusion.ScoreFlow}, then {@link
 * org.fieldstream.server.generator.diffusion.NoiseLevel}, which has the formulas of phi^4; {@link
 * org.fieldstream.server.generator.diffusion.AnnealedSource}, then {@link
 * org.fieldstream.server.generator.diffusion.PlaquetteScore}, which has those of U(1).
 */
@NullMarked
package org.fieldstream.server.generator.diffusion;

import org.jspecify.annotations.NullMarked;
