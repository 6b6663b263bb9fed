/**
 * Configuration. Defaults, a YAML file, environment variables and flags enter, in that order; one
 * typed record per component leaves. Unknown keys are errors.
 *
 * <p>Start here: {@link org.fieldstream.server.config.FieldstreamConfig} (all keys), {@link
 * org.fieldstream.server.config.ConfigLoader}.
 */
@NullMarked
package org.fieldstream.server.config;

import org.jspecify.annotations.NullMarked;
