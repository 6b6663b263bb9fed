/**
 * What generators of gauge fields share: plaquettes and random numbers enter, links leave.
 *
 * <p>Start here: {@link org.fieldstream.server.generator.gauge.TreeLinks}.
 */
@NullMarked
package org.fieldstream.server.generator.gauge;

import org.jspecify.annotations.NullMarked;
