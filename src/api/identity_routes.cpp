#include "api/identity_routes.hpp"

#include <iterator>

namespace berth::api {

Routes make_identity_routes(const IdentityParts& parts) {
    Routes all;
    for (auto&& routes :
         {make_authentication_routes(parts), make_user_routes(parts), make_user_admin_routes(parts),
          make_api_key_routes(parts), make_project_routes(parts), make_audit_routes(parts)})
        all.insert(all.end(), routes.begin(), routes.end());
    return all;
}

} // namespace berth::api
