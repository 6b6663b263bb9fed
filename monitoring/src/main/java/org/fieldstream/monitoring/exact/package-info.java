/**
 * Expectation values that are known exactly: lattice and couplings enter, numbers that measurements
 * are held against leave. Pure Java, in double.
 *
 * <p>Start here: {@link org.fieldstream.monitoring.exact.U1Torus}.
 */
@NullMarked
package org.fieldstream.monitoring.exact;

import org.jspecify.annotations.NullMarked;
