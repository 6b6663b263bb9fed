/**
 * Flows: a base that is simple to draw from, then a map with known Jacobian. Of scalar fields the
 * base is normal and the maps are equivariant on the lattice; of U(1) they are the plaquettes'.
 * Parameters and a theory enter, programs that draw and differentiate leave. Start here: {@link
 * org.fieldstream.server.generator.flow.Flow}, {@link org.fieldstream.server.generator.flow.Base},
 * {@link org.fieldstream.server.generator.flow.FlowTheory}.
 */
@NullMarked
package org.fieldstream.server.generator.flow;

import org.jspecify.annotations.NullMarked;
