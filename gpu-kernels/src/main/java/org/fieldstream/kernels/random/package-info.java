/**
 * Counter-based random numbers: a key and a counter enter, random bits leave, no state is kept.
 * Start here: {@link org.fieldstream.kernels.random.Philox}.
 */
@NullMarked
package org.fieldstream.kernels.random;

import org.jspecify.annotations.NullMarked;
