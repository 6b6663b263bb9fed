/**
 * Markov chains: hybrid Monte Carlo and its one-step relatives, the Langevin algorithms; local
 * updates; and moves between steps, sign clusters of scalars and jumps between topological sectors.
 * A theory, a seed and a machine enter, the states of many independent chains leave. What a chain
 * asks of a theory is an interface: {@link org.fieldstream.server.theory.Dynamics}, {@link
 * org.fieldstream.server.theory.LocalUpdates}, {@link org.fieldstream.server.theory.Winding}.
 *
 * <p>Start here: {@link org.fieldstream.server.generator.chain.ChainModel} (what can be had), then
 * {@link org.fieldstream.server.generator.chain.Integrator} and {@link
 * org.fieldstream.server.generator.chain.LatticeChains} (how it runs).
 */
@NullMarked
package org.fieldstream.server.generator.chain;

import org.jspecify.annotations.NullMarked;
