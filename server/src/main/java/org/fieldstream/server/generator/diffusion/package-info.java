/**
 * Diffusion models as lattice programs: noise of decreasing strength is taken out of a field by a
 * learned score. An ensemble's spectrum and trained weights enter; draws with exact log q
 * (probability-flow ODE), or with the weights of ways along the score's energies, leave, and where
 * somebody looks the field on its way.
 *
 * <p>Start here: {@link org.fieldstream.server.generator.diffusion.ScoreFlow}, then {@link
 * org.fieldstream.server.generator.diffusion.NoiseLevel}, which has the formulas; {@link
 * org.fieldstream.server.generator.diffusion.AnnealedPath} for ways from noise to a theory.
 */
@NullMarked
package org.fieldstream.server.generator.diffusion;

import org.jspecify.annotations.NullMarked;
