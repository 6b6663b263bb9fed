/**
 * Continuous flows: a Gaussian prior with a learned spectrum, then equivariant maps with known
 * Jacobian. Parameters and a lattice enter, programs that draw and differentiate leave. Start here:
 * {@link org.fieldstream.server.generator.flow.Flow}.
 */
@NullMarked
package org.fieldstream.server.generator.flow;

import org.jspecify.annotations.NullMarked;
