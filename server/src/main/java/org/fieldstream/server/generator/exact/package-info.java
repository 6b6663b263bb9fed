/**
 * Exact draws of two-dimensional U(1) gauge theory: a target enters, independent configurations
 * with exact log density leave. What no theory of physical interest allows; the limit that other
 * generators are measured by, and a perfect source of test ensembles.
 *
 * <p>Start here: {@link org.fieldstream.server.generator.exact.ExactModel}, then {@link
 * org.fieldstream.server.generator.exact.TorusPlaquettes} (the plaquettes) and {@link
 * org.fieldstream.server.generator.exact.ExactSource} (links and batches).
 */
@NullMarked
package org.fieldstream.server.generator.exact;

import org.jspecify.annotations.NullMarked;
