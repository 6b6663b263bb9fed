/**
 * Training: a flow and a target enter, trained parameters with a record of how they were made
 * leave. Start here: {@link org.fieldstream.server.training.ReverseKl}.
 */
@NullMarked
package org.fieldstream.server.training;

import org.jspecify.annotations.NullMarked;
