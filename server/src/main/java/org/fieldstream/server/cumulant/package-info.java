/**
 * Higher cumulants of the field through a diffusion process, forwards and backwards. A diffusion
 * model and an ensemble enter, cumulants by strength of the noise leave, as table, CSV and plot.
 *
 * <p>Start here: {@link org.fieldstream.server.cumulant.CumulantStudy}.
 */
@NullMarked
package org.fieldstream.server.cumulant;

import org.jspecify.annotations.NullMarked;
