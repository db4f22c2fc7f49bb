// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {IAIModelTrainingV2} from "../../../src/IAIModelTrainingV2.sol";
import {vm} from "../../Vm.sol";
import {EscrowTestV2} from "../EscrowTestV2.sol";

contract EnforceRejectionV2Test is EscrowTestV2 {
    function refuse(uint256 jobId, IAIModelTrainingV2.SlotStatus status) private {
        expectError(
            abi.encodeWithSelector(IAIModelTrainingV2.RejectionNotPending.selector, jobId, alice, status)
        );
        enforce(jobId, alice);
    }

    function test_given_no_rejection_that_waits_it_reverts_whatever_it_is() external {
        uint256 jobId = createJob(refereedTerms());
        refuse(jobId, IAIModelTrainingV2.SlotStatus.None);
        accept(jobId, alice);
        refuse(jobId, IAIModelTrainingV2.SlotStatus.Accepted);
        submit(jobId, alice);
        refuse(jobId, IAIModelTrainingV2.SlotStatus.Submitted);
        reject(jobId, alice);
        vm.warp(START + 1 days);
        enforce(jobId, alice);
        refuse(jobId, IAIModelTrainingV2.SlotStatus.Rejected);
    }

    function test_given_the_day_of_appeal_has_not_passed_it_reverts(uint256 wait) external {
        uint256 jobId = createContestedJob(true);
        vm.warp(START + bound(wait, 0, 1 days - 1));
        expectError(
            abi.encodeWithSelector(
                IAIModelTrainingV2.DeadlineNotPassed.selector, jobId, alice, START + 1 days
            )
        );
        enforce(jobId, alice);
    }

    function test_given_the_referees_three_days_have_not_passed_it_reverts(uint256 wait) external {
        uint256 jobId = createContestedJob(true);
        appeal(jobId, alice);
        vm.warp(START + bound(wait, 0, 3 days - 1));
        expectError(
            abi.encodeWithSelector(
                IAIModelTrainingV2.DeadlineNotPassed.selector, jobId, alice, START + 3 days
            )
        );
        enforce(jobId, alice);
    }

    function test_an_unappealed_one_burns_the_bond_if_provable(bool provable, uint32 later) external {
        uint256 jobId = createContestedJob(provable);
        uint256 before = alice.balance;
        uint256 burntWei = provable ? BOND : 0;
        vm.warp(START + 1 days + later);
        vm.expectEmit(address(escrow));
        emit IAIModelTrainingV2.RejectionEnforced(jobId, alice, burntWei, 0);
        enforce(jobId, alice);
        assertSlot(jobId, alice, IAIModelTrainingV2.SlotStatus.Rejected);
        assertEq(BURNT.balance, burntWei, "burned");
        assertEq(alice.balance, before + BOND - burntWei, "what is not burned is back");
        assertEq(escrow.getJob(jobId).takenSlots, 2, "her slot is free");
    }

    function test_a_silent_referee_burns_nothing(bool provable, uint32 later) external {
        uint256 jobId = createContestedJob(provable);
        appeal(jobId, alice);
        uint256 before = alice.balance;
        vm.warp(START + 3 days + later);
        vm.expectEmit(address(escrow));
        emit IAIModelTrainingV2.RejectionEnforced(jobId, alice, 0, 0);
        enforce(jobId, alice);
        assertSlot(jobId, alice, IAIModelTrainingV2.SlotStatus.Rejected);
        assertEq(alice.balance, before + BOND, "the bond is back");
        assertEq(BURNT.balance, 0, "nothing is burned");
    }

    function test_a_freed_slot_can_be_taken_again_until_acceptBy() external {
        IAIModelTrainingV2.Terms memory terms_ = refereedTerms();
        terms_.acceptBy = uint40(START + 2 days);
        uint256 jobId = createJob(terms_);
        deliver(jobId, alice);
        reject(jobId, alice);
        deliver(jobId, bob);
        vm.warp(START + 1 days);
        enforce(jobId, alice);
        deliver(jobId, carol);
        assertEq(escrow.getSlot(jobId, carol).index, 0, "hers");
        complete(jobId, list(carol, bob));
        assertStatus(jobId, IAIModelTrainingV2.JobStatus.Completed);
        assertEq(address(escrow).balance, 0, "nothing is kept");
    }

    function test_in_an_ended_job_the_share_goes_to_the_requester(bool provable) external {
        uint256 jobId = createContestedJob(provable);
        deliver(jobId, carol);
        complete(jobId, list(alice, bob, carol));
        uint256 before = requester.balance;
        vm.warp(START + 1 days);
        vm.expectEmit(address(escrow));
        emit IAIModelTrainingV2.RejectionEnforced(jobId, alice, provable ? BOND : 0, SHARE);
        enforce(jobId, alice);
        assertEq(requester.balance, before + SHARE, "refunded");
        assertEq(BURNT.balance, provable ? BOND : 0, "burned");
        assertEq(address(escrow).balance, 0, "nothing is kept");
        refuse(jobId, IAIModelTrainingV2.SlotStatus.Rejected);
    }
}
