/**
 * Markov chains by molecular dynamics: hybrid Monte Carlo and its one-step relatives, the Langevin
 * algorithms. A theory, a seed and a machine enter, the states of many independent chains leave.
 *
 * <p>Start here: {@link org.fieldstream.server.generator.chain.ChainModel} (what can be had), then
 * {@link org.fieldstream.server.generator.chain.Integrator} and {@link
 * org.fieldstream.server.generator.chain.LatticeChains} (how it runs).
 */
@NullMarked
package org.fieldstream.server.generator.chain;

import org.jspecify.annotations.NullMarked;
