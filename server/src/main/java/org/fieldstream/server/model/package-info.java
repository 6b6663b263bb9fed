/**
 * The models that can be subscribed to. Ids enter, {@link org.fieldstream.server.generator.Model
 * models} with digest and facts leave.
 *
 * <p>Start here: {@link org.fieldstream.server.model.ModelRegistry}.
 */
@NullMarked
package org.fieldstream.server.model;

import org.jspecify.annotations.NullMarked;
