#pragma once

#include <string>

#include "core/agent/turn.hpp"

namespace mmm::agent {

/// Takes over what was on the interfaces when the process began, as far as this host may hold it: without an epoch,
/// without a gap, and never more than that.
/// What is `lasting` was put by version 1 and gets the time that its monitor needs to come by. A slot that was held by
/// a lease goes on if that is still running, else it is removed.
void adopt(Turn& turn, const Started& started);
/// Accepts an order that is newer than the last on this link; slots that this host can't hold are refused.
void accept(Turn& turn, const proto::Order& order);
/// Puts an order in force, whoever it came from.
void apply(Turn& turn, const proto::Order& order);
/// Isolation: all addresses go at once, the order is void and the link is dropped; a writer owes read_only.
/// Nothing brings any of it back but a new order.
void let_go(Turn& turn, const std::string& reason);
/// The same for slots that have no lease yet; those that have one are governed by it.
void let_go_by_contact(Turn& turn, const std::string& reason);

}  // namespace mmm::agent
