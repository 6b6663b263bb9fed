/**
 * The exact free field: a free scalar theory enters, independent draws with exact log density
 * leave. The simplest generator there is; read it before the others.
 *
 * <p>Start here: {@link org.fieldstream.server.generator.gaussian.GaussianModel}.
 */
@NullMarked
package org.fieldstream.server.generator.gaussian;

import org.jspecify.annotations.NullMarked;
