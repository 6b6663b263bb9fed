/**
 * Generators: what draws configurations. A target (theory, lattice, couplings) and a machine enter,
 * batches of configurations with action and log density leave. Nothing here knows of streams.
 *
 * <p>Start here: {@link org.fieldstream.server.generator.Model}, then {@link
 * org.fieldstream.server.generator.DrawSource} (independent draws) and {@link
 * org.fieldstream.server.generator.ChainSource} (Markov chains).
 */
@NullMarked
package org.fieldstream.server.generator;

import org.jspecify.annotations.NullMarked;
